"""Makes what a provider ships: measurements, manifests, Evaluations, and the fused descriptor."""
