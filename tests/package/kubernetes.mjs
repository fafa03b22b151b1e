// Holds a CronJob or a Pod (JSON on stdin) against Kubernetes' schema: types, required keys, and keys that the schema never asks for.
import { readFileSync } from "node:fs";
import { CronJob } from "kubernetes-models/batch/v1";
import { Pod } from "kubernetes-models/v1";

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

const given = JSON.parse(readFileSync(0, "utf8"));
const Kind = { CronJob, Pod }[given.kind];
new Kind(given).validate();
const model = new Kind({ metadata: given.metadata, spec: given.spec });
unread.clear();
model.spec = watched(given.spec, "spec");
model.validate();
if (unread.size > 0) throw new Error(`keys that Kubernetes does not know: ${[...unread].join(", ")}`);
console.log(`the ${given.kind} agrees with Kubernetes' schema`);
