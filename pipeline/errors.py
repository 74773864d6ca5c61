"""What can go wrong in the store; each error names the thing and the next step."""

from __future__ import annotations


class StoreError(Exception):
    """The store cannot do what is asked."""


class StoreUnreachableError(StoreError):
    """The database does not answer, or its address is not one."""


class StoreTooNewError(StoreError):
    """The database was written by a newer version of Vigie than this one."""


class UnknownTableError(StoreError):
    """An export was asked of something that is not kept."""


class OccasionsError(StoreError):
    """The file of recurring occasions is wrong: names the block and what is allowed."""


class PartnersError(StoreError):
    """The file of partners is wrong: names the partner and what is due."""


class DossiersError(StoreError):
    """The file of dossiers is wrong: names the dossier and what is allowed."""


class UnknownWindowError(StoreError):
    """No window of opportunity has this number."""


class ReviewError(StoreError):
    """What a person said of a document cannot be kept: says why."""


class UnknownTermError(StoreError):
    """No word of this name was proposed."""
