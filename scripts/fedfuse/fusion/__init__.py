"""Floor 2: how judged manifests fold into fused releases. Pure."""
