// Says of a ServiceMonitor on stdin what the Prometheus operator's schema has against it; nothing when all is well.
import { text } from "node:stream/consumers";
import { ServiceMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor";

const monitor = new ServiceMonitor(JSON.parse(await text(process.stdin)));
try {
  monitor.validate();
} catch (problem) {
  console.log(String(problem));
}
