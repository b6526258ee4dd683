# Sourced by the scripts that read settings: takes from the file .env what the environment does not say.
if [[ -f .env ]]; then
  while IFS='=' read -r name value; do
    if [[ -z "${!name+set}" ]]; then
      export "$name=$value"
    fi
  done < <(grep -E '^[A-Z_]+=' .env)
fi
