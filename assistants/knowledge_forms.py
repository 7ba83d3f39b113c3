"""What the pages about knowledge take in: one form for each kind of source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile

from assistants.addresses import check_page_url
from assistants.knowledge import FAQ_MOST, FILE_KINDS
from assistants.languages import LANGUAGES, OTHER_LANGUAGE
from assistants.models import KnowledgeSource
from assistants.models.knowledge import DEPTH_MOST, PAGES_MOST
from assistants.questions import read_questions
from assistants.uploads import KINDS_IN_WORDS, check_upload

if TYPE_CHECKING:  # at run time a model form takes no parameter
    SourceModelForm = forms.ModelForm[KnowledgeSource]
else:
    SourceModelForm = forms.ModelForm

IMPORT_MOST: Final = 200
"""Questions in one import: more than that takes longer to store than a page should take to answer."""

Kind = KnowledgeSource.Kind


def _language() -> forms.ChoiceField:
    return forms.ChoiceField(
        required=False,
        choices=[
            ("", "Recognise it from the text"),
            *((name, name.title()) for name in LANGUAGES),
            (OTHER_LANGUAGE, "Another language"),
        ],
        help_text="Decides which forms of a word are taken for the same.",
    )


class WrittenForm(SourceModelForm):
    """A question with its answer, or a text."""

    language = _language()

    class Meta:
        model = KnowledgeSource
        fields = ["title", "body", "url", "language"]
        labels = {"url": "Page"}
        help_texts = {"url": "Where visitors can read more. Shown under the answer."}

    def __init__(self, data: Any = None, files: Any = None, *, instance: KnowledgeSource) -> None:
        super().__init__(data, instance=instance)
        is_faq = instance.kind == Kind.FAQ
        self.fields["title"].label = "Question" if is_faq else "Title"
        self.fields["title"].help_text = (
            "As a visitor would ask it." if is_faq else "Named under answers as the source."
        )
        self.fields["body"].label = "Answer" if is_faq else "Text"
        self.fields["body"].required = True
        self.fields["body"].help_text = (
            "Sent to visitors word for word."
            if is_faq
            else "Cut into passages at headings and paragraphs; the one that fits is sent word for word. A line that "
            "begins with # is a heading."
        )
        self.fields["body"].widget = forms.Textarea(attrs={"class": "is-roomy" if is_faq else "is-tall"})
        if is_faq:
            self.fields["body"].widget.attrs["maxlength"] = FAQ_MOST

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if self.instance.kind == Kind.FAQ and len(body) > FAQ_MOST:
            raise forms.ValidationError(f"An answer has at most {FAQ_MOST:,} characters. Add a text instead.")
        return body


class FileForm(SourceModelForm):
    """A file: chosen once, named and renamed."""

    file = forms.FileField(
        help_text=f"{KINDS_IN_WORDS}, at most 10 MB. Of a CSV, the first line names the columns, and every other "
        "line is an entry of its own, such as a product.",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ",".join(f".{kind}" for kind in FILE_KINDS)}),
    )
    language = _language()

    class Meta:
        model = KnowledgeSource
        fields = ["title", "language"]
        help_texts = {"title": "Named under answers as the source. Empty means the file’s own name."}

    field_order = ["file", "title", "language"]

    def __init__(self, data: Any = None, files: Any = None, *, instance: KnowledgeSource) -> None:
        super().__init__(data, files, instance=instance)
        self.fields["title"].required = False
        if not instance._state.adding:  # noqa: SLF001  (Django documents it as its public interface)
            del self.fields["file"]
            self.fields["title"].required = True
            self.fields["title"].help_text = "Named under answers as the source."

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        check_upload(file)
        return file


class AddressForm(SourceModelForm):
    """A page, or the site that begins with it."""

    language = _language()

    class Meta:
        model = KnowledgeSource
        fields = ["url", "follow", "most_pages", "depth", "again", "title", "language"]
        labels = {
            "url": "Address",
            "follow": "Find pages by",
            "most_pages": "Pages at most",
            "depth": "Links away from the first page",
            "again": "Read it anew",
        }
        help_texts = {
            "url": "A public page that begins with https://.",
            "follow": "Only pages of the same site are read, and none that its robots.txt keeps robots away from.",
            "most_pages": f"Up to {PAGES_MOST}.",
            "depth": f"0 is only the first page itself, {DEPTH_MOST} the most.",
            "again": "What is found meanwhile is what was read last.",
            "title": "Named in your list. Empty means the address.",
        }
        widgets = {
            "url": forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off", "spellcheck": "false"}),
            "follow": forms.RadioSelect,
            "again": forms.RadioSelect,
        }

    def __init__(self, data: Any = None, files: Any = None, *, instance: KnowledgeSource) -> None:
        super().__init__(data, instance=instance)
        self.fields["url"].required = True
        self.fields["title"].required = False
        if instance.kind == Kind.SITE:
            self.fields["url"].help_text = "Of the first page, or of the sitemap. It begins with https://."
        else:
            for name in ("follow", "most_pages", "depth"):
                del self.fields[name]

    def clean_url(self) -> str:
        return check_page_url(self.cleaned_data["url"])

    def clean_title(self) -> str:
        """Left out, it stays; a new one is named after its address."""
        return self.cleaned_data["title"] or self.initial.get("title") or ""


class ImportForm(forms.Form):
    """Many questions with their answers, pasted as one text."""

    text = forms.CharField(
        label="Questions and answers",
        max_length=500_000,
        widget=forms.Textarea(
            attrs={"class": "is-tall", "placeholder": "Q: When are you open?\nA: Monday to Friday, 9 to 18 o’clock."}
        ),
        help_text="Begin each question with “Q:” and each answer with “A:”, on lines of their own.",
    )

    def clean_text(self) -> list[tuple[str, str]]:
        pairs = read_questions(self.cleaned_data["text"])
        if not pairs:
            raise forms.ValidationError("There is no question with an answer in this. Begin them with “Q:” and “A:”.")
        if len(pairs) > IMPORT_MOST:
            raise forms.ValidationError(f"These are {len(pairs)} questions. Import at most {IMPORT_MOST} at a time.")
        for title, body in pairs:
            if len(title) > 300 or len(body) > FAQ_MOST:
                raise forms.ValidationError(
                    f"“{title[:60]}…” is too long: a question has at most 300 characters, an answer {FAQ_MOST:,}."
                )
        return pairs


SourceForm = WrittenForm | FileForm | AddressForm

FORMS: Final[dict[str, type[SourceForm]]] = {
    Kind.FAQ: WrittenForm,
    Kind.TEXT: WrittenForm,
    Kind.FILE: FileForm,
    Kind.PAGE: AddressForm,
    Kind.SITE: AddressForm,
}
"""The form of each kind."""
