// Holds a CronJob (JSON on stdin) against Kubernetes' schema: types, required keys, and keys that the schema never asks for.
import { readFileSync } from "node:fs";
import { CronJob } from "kubernetes-models/batch/v1";

const unread = new Set();
function watched(value, path) {
  if (value === null || typeof value !== "object") return value;
  const children = Array.isArray(value) ? [] : {};
  for (const key of Object.keys(value)) {
    const place = `${path}/${key}`;
    unread.add(place);
    children[key] = watched(value[key], place);
  }
  return new Proxy(children, {
    get(target, key, self) {
      unread.delete(`${path}/${String(key)}`);
      return Reflect.get(target, key, self);
    },
  });
}

const job = JSON.parse(readFileSync(0, "utf8"));
new CronJob(job).validate();
const model = new CronJob({ metadata: job.metadata, spec: job.spec });
unread.clear();
model.spec = watched(job.spec, "spec");
model.validate();
if (unread.size > 0) throw new Error(`keys that Kubernetes does not know: ${[...unread].join(", ")}`);
console.log("the CronJob agrees with Kubernetes' schema");
