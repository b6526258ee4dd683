"""まとめ入力と取り込み in the admin site."""

from apps.intake.admin.batches import BatchAdmin

__all__ = ["BatchAdmin"]
