/** Client quotas: what users, client ids and addresses may use. */

import * as v from "valibot";
import { ErrorCode, errorName } from "../../../src/base/error-code.ts";
import { areDistinct, fields, flag, listOf, text } from "../input.ts";
import { HttpError, kafkaError } from "../kafka-error.ts";
import { consistencyQuery, pageOf, pageQuery, toToken } from "../parameters.ts";
import { CLUSTER, type Route, route } from "../route.ts";
import { SECURITY_SHAPES } from "../shapes/security-shapes.ts";

const QUOTAS = `${CLUSTER}/client-quotas`;
const ENTITY_TYPES = ["user", "client-id", "ip"] as const;

const entityName = v.optional(v.nullable(text(32_767)));
const entity = v.pipe(
  fields({ user: entityName, "client-id": entityName, ip: entityName }),
  v.check(
    (given) => ENTITY_TYPES.some((type) => given[type] !== undefined),
    `must have at least one of ${ENTITY_TYPES.join(", ")}; null stands for the default`,
  ),
);

const list = route({
  method: "GET",
  path: QUOTAS,
  operationId: "listClientQuotas",
  tag: "Quotas",
  summary: "List client quotas",
  query: { ...pageQuery(1000), ...consistencyQuery },
  answers: {
    200: {
      description: "A page of quotas, one of an entity each.",
      schema: SECURITY_SHAPES.KafkaClientQuotaList,
    },
  },
  right: { operation: "DESCRIBE_CONFIGS", resourceType: "CLUSTER", resource: "cluster" },
  async handle(call) {
    const read = { what: "quotas", page: pageOf(call.query) } as const;
    const { quotas, next } = await call.quorum.read(read);
    const data = quotas.map((quota) => ({
      kind: "KafkaClientQuota",
      cluster_id: call.clusterId,
      entity: Object.fromEntries(quota.entity.map((part) => [part.entityType, part.entityName])),
      quota_name: quota.key,
      value: quota.value,
    }));
    const link = next === null ? null : call.nextLink(toToken(next));
    return call.ok(call.links.list("KafkaClientQuotaList", [], "client-quotas", data, link));
  },
});

const alter = route({
  method: "POST",
  path: `${QUOTAS}:alter`,
  operationId: "alterClientQuotas",
  tag: "Quotas",
  summary: "Change the quotas of an entity",
  description: "All of the changes or none. A null value removes the quota.",
  body: fields({
    entity,
    quotas: v.pipe(
      listOf(
        fields({
          name: text(249),
          value: v.nullable(
            v.pipe(v.number("must be a number or null"), v.finite("must be a number or null")),
          ),
        }),
        100,
      ),
      v.minLength(1, "must have at least one entry"),
      v.check((quotas) => areDistinct(quotas, ({ name }) => name), "must not name a quota twice"),
    ),
    validate_only: v.optional(flag, false),
  }),
  answers: { 204: { description: "Changed.", schema: null } },
  right: { operation: "ALTER_CONFIGS", resourceType: "CLUSTER", resource: "cluster" },
  async handle(call) {
    const { entity: given, quotas, validate_only: validateOnly } = call.body;
    const parts = ENTITY_TYPES.flatMap((entityType) => {
      const name = given[entityType];
      return name === undefined ? [] : [{ entityType, entityName: name }];
    });
    const ops = quotas.map(({ name, value }) => ({
      key: name,
      value: value ?? 0,
      remove: value === null,
    }));
    const request = { entries: [{ entity: parts, ops }], validateOnly };
    const options = { idempotent: validateOnly };
    const { entries } = await call.quorum.write("alterClientQuotas", request, options);
    const [altered] = entries;
    if (altered === undefined) throw new Error("Cannot read the answer: it names no entity");
    if (altered.errorCode !== ErrorCode.NONE) {
      throw quotaError(altered.errorCode, altered.errorMessage);
    }
    return call.nothing();
  },
});

function quotaError(errorCode: number, message: string | null): HttpError {
  const error = kafkaError(errorName(errorCode), message);
  if (!error.message.startsWith("Invalid configuration key")) return error;
  const allowed =
    "Allowed: producer_byte_rate, consumer_byte_rate, request_percentage, controller_mutation_rate; of an ip connection_creation_rate.";
  return new HttpError(error.status, error.errorCode, `${error.message}. ${allowed}`);
}

export const quotaRoutes: readonly Route[] = [list, alter];
