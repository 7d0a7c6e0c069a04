# Stage one has the tools that build the front end; only what it made goes on.
FROM python:3.13-slim AS frontend
WORKDIR /app
COPY requirements-dev.lock requirements-node.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements-dev.lock -r requirements-node.lock
COPY package.json package-lock.json .npmrc frontend.py ./
COPY static static
RUN python -c "import frontend, pathlib; frontend.build(pathlib.Path.cwd(), print)"

FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
RUN useradd --system --create-home --uid 10001 app
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY manage.py ./
COPY roles roles
COPY serviceniveau serviceniveau
COPY followup followup
COPY templates templates
COPY --from=frontend /app/static static
# Collecting static files reads settings but opens no connection; these values stay in this step.
RUN SECRET_KEY=only-while-the-image-is-built-0123456789-0123456789-0123456789 \
    DATABASE_URL=postgres://localhost/none REDIS_URL=redis://localhost/0 \
    python manage.py collectstatic --noinput
USER app
EXPOSE 8000
# The access log leaves out what follows "?" and the referrer: people search for case numbers there.
# And it hides the keys in addresses that open something by themselves.
CMD ["gunicorn", "serviceniveau.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--logger-class", "serviceniveau.logs.AccessLog", "--access-logfile", "-", "--access-logformat", "%(h)s %(t)s %(m)s %(U)s %(s)s %(b)s %(M)s"]
