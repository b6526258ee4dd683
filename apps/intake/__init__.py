"""What staff bring in and take out: lists typed after a workshop, files of proposals, exports. It has no tables of its own."""
