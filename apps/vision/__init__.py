"""調布市スマートシティビジョン: viewpoints, fields, indicators, sources, digital cases."""
