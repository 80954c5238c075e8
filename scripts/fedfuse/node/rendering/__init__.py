"""Configuration for engines that are never imported: Kubernetes and LiteLLM."""
