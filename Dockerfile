# The site as a small image: gunicorn as an unprivileged user, files under /var/lib/seminars.
FROM python:3.13-slim AS build
WORKDIR /build
COPY requirements/run.txt .
RUN python -m venv /opt/seminars \
    && /opt/seminars/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r run.txt

FROM python:3.13-slim
# Fonts of every script and right-to-left layout, to draw the pictures of talks.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends fontconfig fonts-noto-core fonts-noto-cjk libfribidi0 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /var/lib/seminars --create-home seminars
COPY --from=build /opt/seminars /opt/seminars
WORKDIR /app
COPY manage.py LICENSE ./
COPY config config
COPY accounts accounts
COPY seminars seminars
COPY templates templates
COPY static static
ENV PATH=/opt/seminars/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=131072 \
    VAR=/var/lib/seminars HOST=0.0.0.0 PORT=8000 LOG_FORMAT=json
USER seminars
VOLUME /var/lib/seminars
EXPOSE 8000
HEALTHCHECK --start-period=30s CMD ["python", "-m", "config.probe"]
CMD ["sh", "-c", "python manage.py migrate --verbosity 0 && python manage.py collectstatic --noinput --verbosity 0 && exec gunicorn --config config/gunicorn.py config.wsgi"]
