"""Views of public documents: the list, one document with its versions, a version, two versions compared, what a 論点 moved."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from apps.consultations.models import Topic
from apps.core.text import as_number
from apps.core.uploads import send_upload
from apps.documents.forms import CompareForm
from apps.documents.models import Change, Document, DocumentVersion
from apps.documents.services.version_comparison import compare_versions
from apps.documents.services.version_page import page_of


@require_safe
def documents(request: HttpRequest) -> HttpResponse:
    """Render all public documents, the one with the newest version first."""
    rows = Document.objects.public().for_lists().with_public_versions()
    return render(request, "documents/document_list.html", {"documents": rows})


@require_safe
def document(request: HttpRequest, slug: str) -> HttpResponse:
    """Render one document: every stage with its date, and what changed from each to the next."""
    document = get_object_or_404(Document.objects.public().for_lists(), slug=slug)
    versions = list(document.public_versions.with_counts())
    return render(request, "documents/document_detail.html", {"document": document, "versions": versions[::-1]})


@require_safe
def version(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    """Render one version in full; each section has its permanent address."""
    versions = list(DocumentVersion.objects.public().of_document(slug).in_order())
    return render(request, "documents/version_detail.html", page_of(find_version(versions, version), versions))


@require_safe
def file(request: HttpRequest, slug: str, version: str) -> FileResponse:
    """Send the file of a public version."""
    found = get_object_or_404(DocumentVersion.objects.public().of_document(slug).in_order(), slug=version)
    if not found.file:
        raise Http404
    return send_upload(found.file, filename=found.file_name)


@require_safe
def compare(request: HttpRequest, slug: str, before: str, after: str) -> HttpResponse:
    """Render two versions as one text with the changes marked, or side by side; the older one always comes first."""
    versions = list(DocumentVersion.objects.public().of_document(slug).in_order())
    old, new = find_version(versions, before), find_version(versions, after)
    if old == new:
        return redirect(old)
    if versions.index(old) > versions.index(new):
        return redirect("documents:compare", slug, new.slug, old.slug)
    context = {
        "document": new.document,
        "versions": versions,
        "comparison": compare_versions(old, new),
        "form": CompareForm(request.GET),
    }
    return render(request, "documents/compare.html", context)


@require_safe
def cited(request: HttpRequest, code: str) -> HttpResponse:
    """Render the changes that a topic moved."""
    topic = get_object_or_404(Topic.objects.public().for_lists(), code=as_number(code))
    changes = Change.objects.public().moved_by_topic(topic).for_pages()
    return render(request, "documents/cited.html", {"topic": topic, "changes": changes})


def find_version(versions: list[DocumentVersion], slug: str) -> DocumentVersion:
    """Return the version with this slug; raise Http404 without one."""
    found = next((version for version in versions if version.slug == slug), None)
    if found is None:
        raise Http404
    return found
