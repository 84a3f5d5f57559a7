"""Uploads as a browser sends them, and the worker's work done at once."""

from django.urls import reverse

from styrkedja.intake import importing
from styrkedja.intake.models import Upload
from styrkedja.organisation.models import Person

LOCAL = """enhet;indikator;period;grupp;värde;täljare;nämnare
11111111;absence_total;2024/25;T;6,5;;
11111111;absence_problem;2024/25;T;;12;240
F0000001;absence_total;2024/25;;..;;
22222222;absence_total;2024/25;K;7;;
"""
# The same file corrected: one figure revised, one added, two repeated; three rows that cannot be used.
CORRECTED = """enhet;indikator;period;grupp;värde;täljare;nämnare
11111111;absence_total;2024/25;T;6,8;;
11111111;absence_problem;2024/25;T;;12;240
F0000001;absence_total;2024/25;;..;;
22222222;absence_total;2024/25;M;9;;
99999999;absence_total;2024/25;T;5;;
11111111;absence_total;2024/26;T;5;;
11111111;absence_invalid;2024/25;T;många;;
"""


BOUNDARY = "----styrkedja-test"


def send(client, content, name="franvaro.csv", **more):
    """As browsers write it: UTF-8, with quotation marks and line breaks of the name percent-encoded (HTML standard)."""
    content = content.encode() if isinstance(content, str) else content
    written = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in more.items()]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{written}"\r\n'
    body = "".join(parts).encode() + head.encode("utf-8", "surrogatepass") + b"Content-Type: text/csv\r\n\r\n"
    body += content + f"\r\n--{BOUNDARY}--\r\n".encode()
    return client.post(reverse("intake:new"), body, content_type=f"multipart/form-data; boundary={BOUNDARY}")


def upload(client, content, name="franvaro.csv"):
    """Send a file and let the worker read it; the upload as it then is."""
    answer = send(client, content, name)
    assert answer.status_code == 302, answer.content.decode()
    found = Upload.objects.latest("received_at")
    importing.read_upload(found.pk)
    found.refresh_from_db()
    return found


def speak(client, language):
    Person.objects.filter(pk=client.session["_auth_user_id"]).update(language=language)


def page(client, name, *arguments, language="en"):
    speak(client, language)
    return client.get(reverse(f"intake:{name}", args=arguments), follow=True).content.decode()
