"""An invented population for a real city, by COPY: for measuring and drills, never for production."""
