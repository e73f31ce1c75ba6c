"""The staff's pages through HTTP."""
import pytest
from django.urls import reverse

@pytest.mark.django_db
def test_x(client):
    print(reverse("work"))
