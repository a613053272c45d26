// Runs calls of the JavaScript SDK v3, one a line of JSON.
import { createInterface } from "node:readline";

const PACKAGES = { logs: "cloudwatch-logs", dynamodbstreams: "dynamodb-streams", events: "eventbridge",
  elbv2: "elastic-load-balancing-v2", route53: "route-53", secretsmanager: "secrets-manager" };
const load = (service) => import(`@aws-sdk/client-${PACKAGES[service] ?? service}`);
const clients = {};

async function clientOf(service) {
  const sdk = await load(service);
  const name = Object.keys(sdk).find((one) => one.endsWith("Client") && one !== "__Client");
  return [(clients[service] ??= new sdk[name]({ maxAttempts: 1 })), sdk];
}

function withBytes(value) {
  if (Array.isArray(value)) return value.map(withBytes);
  if (value === null || typeof value !== "object") return value;
  if ("$bytes" in value) return Buffer.from(value.$bytes, "base64");
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withBytes(one)]));
}

async function plain(value) {
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  if (value.transformToString && !(value instanceof Uint8Array)) return value.transformToString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return Promise.all(value.map(plain));
  const pairs = Object.entries(value).filter(([key]) => key !== "$metadata");
  return Object.fromEntries(await Promise.all(pairs.map(async ([key, one]) => [key, await plain(one)])));
}

// Joins pages as boto3's build_full_result does: lists are appended.
async function joined(pages) {
  const whole = {};
  for await (const page of pages)
    for (const [key, value] of Object.entries(page))
      whole[key] = Array.isArray(value) ? [...(whole[key] ?? []), ...value] : value;
  return whole;
}

const camel = (words) => words.split("_").map((one) => one[0].toUpperCase() + one.slice(1)).join("");

async function run({ service, kind, what, parameters }) {
  if (kind === "js") {
    const Code = Object.getPrototypeOf(async () => {}).constructor;
    return new Code("load", "clientOf", ...Object.keys(parameters), what)(
      (name) => import(name), clientOf, ...Object.values(withBytes(parameters)));
  }
  const [client, sdk] = await clientOf(service);
  const input = withBytes(parameters);
  if (kind === "wait")
    return sdk[`waitUntil${camel(what)}`]({ client, maxWaitTime: 20, minDelay: 1, maxDelay: 1 }, input);
  if (kind === "pages") {
    const { PageSize, ...rest } = input;
    return joined(sdk[`paginate${what}`]({ client, pageSize: PageSize }, rest));
  }
  const answer = await client.send(new sdk[`${what}Command`](input));
  if (service === "lambda" && answer.Payload) answer.Payload = Buffer.from(answer.Payload).toString();
  return answer;
}

for await (const line of createInterface({ input: process.stdin })) {
  let said;
  try {
    said = { output: (await plain(await run(JSON.parse(line)))) ?? {} };
  } catch (error) {
    said = { error: error.Code ?? error.code ?? error.name, message: `${error.name}: ${error.message}` };
  }
  process.stdout.write(JSON.stringify(said) + "\n");
}
