"""What people type about themselves and their company."""

from __future__ import annotations

import zoneinfo
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.auth import password_validation
from django.http import HttpRequest

from tenants.models import Role, Tenant, User

if TYPE_CHECKING:  # at run time a model form takes no parameter
    UserForm = forms.ModelForm[User]
    TenantForm = forms.ModelForm[Tenant]
else:
    UserForm = TenantForm = forms.ModelForm


class SignUpForm(forms.Form):
    """Allauth's sign-up form is built on this one; the adapter makes the company of what it asks."""

    name = forms.CharField(label="Your name", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    company = forms.CharField(
        label="Company", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    field_order = ("name", "company", "email", "password1")

    def signup(self, request: HttpRequest, user: User) -> None:
        """Allauth asks for this hook; everything was made with the user, in one transaction."""


class JoinForm(UserForm):
    """A new person accepts an invitation: a name and a password, the address is the invited one."""

    password = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least ten characters. A short sentence is easy to remember and hard to guess.",
    )

    class Meta:
        model = User
        fields = ["name"]
        labels = {"name": "Your name"}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self.instance)
        return password


class ProfileForm(UserForm):
    """What colleagues and visitors see of a person."""

    class Meta:
        model = User
        fields = ["name"]
        labels = {"name": "Your name"}
        help_texts = {"name": "Visitors see it beside what you write."}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True


@cache
def timezone_names() -> list[str]:
    """Every zone a person would choose: those named for places, and UTC."""
    return [
        "UTC",
        *sorted(name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/")),
    ]


class CompanyForm(TenantForm):
    """The company's name, and the zone in which its people read times."""

    timezone = forms.CharField(
        label="Time zone",
        max_length=64,
        help_text="Times on every page are shown in it. Type a city to find it.",
        widget=forms.TextInput(attrs={"list": "timezones", "autocomplete": "off", "spellcheck": "false"}),
    )

    class Meta:
        model = Tenant
        fields = ["name", "timezone"]
        labels = {"name": "Company name"}
        help_texts = {"name": "Visitors see it where the chat widget has no name of its own."}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "organization"})}

    def clean_timezone(self) -> str:
        typed: str = self.cleaned_data["timezone"].strip().replace(" ", "_")
        found = {name.lower(): name for name in timezone_names()}.get(typed.lower())
        if found is None:
            raise forms.ValidationError("This is not a time zone. Choose one from the list, such as Europe/Vienna.")
        return found


class InvitationForm(forms.Form):
    """Who is to come, and as what."""

    email = forms.EmailField(
        label="E-mail address", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(label="Role", choices=Role.choices, initial=Role.AGENT)

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()


class ApiTokenForm(forms.Form):
    """What a new API token is called, what it may do, and for how long."""

    ROLES: ClassVar = {
        Role.AGENT: "Agent: reads and answers conversations that nobody has",
        Role.MANAGER: "Manager: all conversations, contacts and reports",
        Role.ADMIN: "Admin: settings, assistants, webhooks and people, too",
    }
    LIFETIMES: ClassVar = [(30, "30 days"), (90, "90 days"), (365, "A year"), (0, "Until somebody revokes it")]

    label = forms.CharField(
        label="Name",
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="What it is used for, such as “CRM sync”. Visitors see it beside messages that are sent with it.",
    )
    role = forms.ChoiceField(
        label="What it may do",
        choices=[(role.value, words) for role, words in ROLES.items()],
        initial=Role.MANAGER.value,
        widget=forms.RadioSelect,
    )
    days = forms.TypedChoiceField(label="Good for", choices=LIFETIMES, coerce=int, initial=90)

    def lifetime(self) -> timedelta | None:
        """None: for ever."""
        days: int = self.cleaned_data["days"]
        return timedelta(days=days) if days else None
