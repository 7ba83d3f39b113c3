"""Contacts as the dashboard API shows and takes them (contract §4)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework import serializers

from conversations import contact_forms
from conversations.models import Contact


class ContactSerializer(serializers.ModelSerializer[Contact]):
    """Somebody who wrote, or was added by hand."""

    email = serializers.EmailField(
        max_length=254, required=False, allow_blank=True, error_messages={"invalid": contact_forms.NO_EMAIL}
    )

    class Meta:
        model = Contact
        fields = ["id", "name", "email", "phone", "company", "qualified", "created_at", "last_seen_at"]
        read_only_fields = ["qualified", "created_at", "last_seen_at"]

    def validate_name(self, name: str) -> str:
        return contact_forms.one_line(name)

    def validate_email(self, email: str) -> str:
        return contact_forms.clean_email(email)

    def validate_phone(self, phone: str) -> str:
        try:
            return contact_forms.clean_phone(phone)
        except ValidationError as refused:
            raise serializers.ValidationError(refused.messages) from None

    def validate_company(self, company: str) -> str:
        return contact_forms.one_line(company)


class OneContactSerializer(ContactSerializer):
    """With the other addresses that lead to them."""

    other_emails = serializers.SerializerMethodField(help_text="Of contacts that were merged into this one.")

    class Meta(ContactSerializer.Meta):
        fields = [*ContactSerializer.Meta.fields, "other_emails"]

    def get_other_emails(self, contact: Contact) -> list[str]:
        """The newest first."""
        merged = Contact.objects.for_tenant(contact.tenant_id).filter(merged_into=contact.pk).exclude(email="")
        return list(merged.order_by("-id").values_list("email", flat=True)[:20])


class ContactsAsked(serializers.Serializer[Any]):
    """Which contacts are asked for."""

    q = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="Letters of name, e-mail, phone or company"
    )
    qualified = serializers.BooleanField(required=False, allow_null=True, default=None)
    limit = serializers.IntegerField(default=50, min_value=1, max_value=200)
    offset = serializers.IntegerField(default=0, min_value=0, max_value=1_000_000)


class ContactPage(serializers.Serializer[Any]):
    """A part of the list of contacts."""

    contacts = ContactSerializer(many=True)
    total = serializers.IntegerField()
    limit = serializers.IntegerField()
    offset = serializers.IntegerField()
