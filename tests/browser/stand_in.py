"""LINE and Google as the portal and its browser meet them, played on loopback: nothing leaves this machine.

Both reach the providers' real addresses through a proxy; this is the proxy, and it answers in the providers' place with
a certificate of its own. So the portal runs unchanged, with the settings and the Content-Security-Policy of a city.
"""

import base64
import contextlib
import ipaddress
import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests import clock

HOSTS = ["access.line.me", "api.line.me", "accounts.google.com", "oauth2.googleapis.com"]
NAME_AT_PROVIDER = "本名はここにあります"


@dataclass
class StandIn:
    """The running stand-in: its address as a proxy, its certificate, and what it was asked."""

    proxy: str
    certificate: Path
    asked: list[str] = field(default_factory=list)


def certificate_for(hosts: list[str], folder: Path) -> tuple[Path, Path]:
    """A certificate for these hosts that is good for an hour, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "stand-in")])
    names = [*map(x509.DNSName, hosts), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    with clock.real():  # made before a test begins, for a browser and a portal that have no other clock
        now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "stand-in.pem", folder / "stand-in.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, secret


def unsigned(claims: dict[str, Any]) -> str:
    """An ID token as it comes straight from the provider over TLS, where its signature is not looked at."""
    parts = [json.dumps(part).encode() for part in ({"alg": "none", "typ": "JWT"}, claims)]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


class Provider(BaseHTTPRequestHandler):
    """The pages and answers of both providers."""

    protocol_version = "HTTP/1.1"
    server: Any

    def do_CONNECT(self) -> None:
        """Somebody wants to speak to a host: we are it."""
        host = self.path.partition(":")[0]
        self.server.stand_in.asked.append(host)
        if host not in HOSTS:
            self.send_error(502)
            return
        self.send_response_only(200)
        self.end_headers()
        try:
            self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        except OSError:  # a browser that does not know the certificate hangs up once before it takes it
            return
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        self.close_connection = False

    def finish(self) -> None:
        """The end of a connection, of its inner one too."""
        super().finish()
        self.connection.close()

    def do_GET(self) -> None:
        """The page that asks for consent, or who somebody is."""
        address = urlsplit(self.path)
        if address.path.endswith("/profile"):
            self.answer("application/json", json.dumps({"userId": "U1", "displayName": NAME_AT_PROVIDER}))
            return
        query = {key: values[0] for key, values in parse_qs(address.query).items()}
        back, state = query.get("redirect_uri", ""), quote(query.get("state", ""))
        ways = {"許可する": f"code=good&state={state}", "キャンセル": f"error=access_denied&state={state}",
                "ほかの画面から": "code=good&state=elsewhere", "使えないコード": f"code=bad&state={state}"}  # fmt: skip
        links = "".join(
            f'<p><a href="{back}?{query.replace("&", "&amp;")}">{words}</a></p>' for words, query in ways.items()
        )
        self.answer("text/html; charset=utf-8", f"<!DOCTYPE html><title>同意</title><h1>同意の確認</h1>{links}")

    def do_POST(self) -> None:
        """A code is changed for a token."""
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if sent["code"] != ["good"]:
            self.answer("application/json", '{"error": "invalid_grant"}', status=400)
            return
        hour = int(datetime.now(UTC).timestamp()) + 3600
        claims = {"iss": "https://accounts.google.com", "aud": sent["client_id"][0], "sub": "G1", "exp": hour,
                  "iat": hour - 3600, "email": "someone@example.com", "email_verified": True, "name": NAME_AT_PROVIDER}  # fmt: skip
        token = {"access_token": "token", "token_type": "Bearer", "expires_in": 3600, "id_token": unsigned(claims)}
        self.answer("application/json", json.dumps(token))

    def answer(self, kind: str, text: str, status: int = 200) -> None:
        """Send it."""
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        """Silence: the test reads what was asked."""


@contextlib.contextmanager
def providers(folder: Path) -> Iterator[StandIn]:
    """Both providers, for as long as the block lasts."""
    certificate, key = certificate_for(HOSTS, folder)
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.context.load_cert_chain(certificate, key)
    server.stand_in = StandIn(f"http://127.0.0.1:{server.server_port}", certificate)
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield server.stand_in
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
