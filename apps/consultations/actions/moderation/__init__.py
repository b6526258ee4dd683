"""案件: what moderators decide about texts, and what people ask of them."""
