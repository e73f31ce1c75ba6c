# One image for web, worker and beat; docker-compose.yml gives each its command.
FROM python:3.12-slim-bookworm AS build
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never
RUN pip install --no-cache-dir uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev
COPY . .
ENV PATH=/app/.venv/bin:$PATH
# The values below exist during the build only: settings refuse to load without them, and nothing is connected to.
RUN python -m gridgov.launcher translations \
    && GRIDGOV_ENV=production SECRET_KEY=build-only-build-only-build-only-build-only-build-only-build-only \
       FIELD_KEYS=k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY= ALLOWED_HOSTS=localhost \
       DATABASE_URL=postgresql://build@localhost/build REDIS_URL=redis://localhost/1 \
       CELERY_BROKER_URL=redis://localhost/0 STATIC_ROOT=/app/staticfiles \
       python manage.py collectstatic --no-input

FROM python:3.12-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends tini \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /app gridgov \
    && install -d -o gridgov -g gridgov /data
WORKDIR /app
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 GRIDGOV_ENV=production DATA_DIR=/data MEDIA_ROOT=/data/media \
    STATIC_ROOT=/app/staticfiles
USER gridgov
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=60s CMD ["python", "-m", "gridgov.launcher.probe", "web"]
ENTRYPOINT ["tini", "--"]
CMD ["gunicorn", "gridgov.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "3", \
     "--threads", "8", "--worker-tmp-dir", "/dev/shm"]
