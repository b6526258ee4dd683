# The portal as one image; docker-compose.yml starts it as web, worker, beat and the one-off that migrates.
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PATH=/opt/venv/bin:$PATH CHOFU_VAR=/portal/var
RUN useradd --system --uid 10001 --home-dir /portal --shell /usr/sbin/nologin portal \
 && python -m venv /opt/venv

# Before the sources, so that a change of ours does not install everything again.
COPY requirements.lock /tmp/requirements.lock
RUN pip install --no-cache-dir --require-hashes -r /tmp/requirements.lock

WORKDIR /portal
COPY . .
RUN SECRET_KEY=only-for-this-step python manage.py compile_translations \
 && rm -rf var && install -d -o portal -g portal var

USER portal
EXPOSE 8000
CMD ["gunicorn", "-c", "chofu_cocreation/runtime/gunicorn_config.py", "chofu_cocreation.wsgi"]
