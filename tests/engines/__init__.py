"""Engines that run a node, really started: LiteLLM, and the schemas of Kubernetes."""
