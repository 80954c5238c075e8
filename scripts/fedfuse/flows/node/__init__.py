"""The consumer: pulls releases and proves them."""
