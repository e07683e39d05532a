/** kafka-acls: every kind of resource, patterns, denials, filters, wrong values, through brokers and controllers. */

import type { Scenario } from "../scenario.ts";

export async function acls(s: Scenario): Promise<void> {
  const add = "kafka-acls --add";
  await s.run(
    11,
    `${add} --allow-principal User:bob --operation Read --operation Write --topic orders`,
  );
  await s.run(
    12,
    `${add} --allow-principal User:bob --producer --topic orders --transactional-id tx-bob`,
  );
  await s.run(13, `${add} --allow-principal User:bob --consumer --topic orders --group readers`);
  await s.run(11, `${add} --allow-principal User:bob --operation Read --topic orders`);
  await s.run(
    11,
    `${add} --allow-principal User:carol --operation Describe --topic ord --resource-pattern-type prefixed`,
  );
  await s.run(
    12,
    `${add} --deny-principal User:mallory --deny-host 10.0.0.9 --operation All --topic *`,
  );
  await s.run(
    12,
    `${add} --allow-principal User:* --allow-host 127.0.0.1 --operation Describe --cluster`,
  );
  await s.run(
    12,
    `${add} --allow-principal User:ops --operation Alter --operation AlterConfigs --operation ClusterAction --cluster`,
  );
  await s.run(
    13,
    `${add} --allow-principal User:bob --operation Delete --group read --resource-pattern-type prefixed`,
  );
  await s.run(
    13,
    `${add} --allow-principal User:bob --operation CreateTokens --user-principal User:carol`,
  );
  await s.run(
    13,
    `${add} --allow-principal User:bob --operation Describe --delegation-token token-id`,
  );
  await s.run(
    "controllers",
    `${add} --allow-principal User:dave --operation DescribeConfigs --topic orders`,
  );
  await s.run(11, `${add} --allow-principal bob --operation Read --topic orders`);
  await s.run(11, `${add} --allow-principal User:bob --operation Create --group readers`);
  await s.run(11, `${add} --allow-principal User:bob --operation Read --cluster`);
  await s.run(11, `${add} --allow-principal User:bob --operation Fly --topic orders`);
  await s.run(
    11,
    `${add} --allow-principal User:bob --operation Read --topic orders --resource-pattern-type match`,
  );
  await s.run(11, `${add} --operation Read --topic orders`);
  await s.run(11, `${add} --allow-principal User:bob --operation Read`);
  await s.run(
    12,
    `${add} --allow-principal User:bob --allow-host 10.0.0.0/8 --operation Read --topic orders`,
  );
  await s.run(
    12,
    `${add} --allow-principal User:bob --allow-host not-a-host --operation Read --topic orders`,
  );
  await s.run(11, "kafka-acls --list");
  await s.run(12, "kafka-acls --list --topic orders");
  await s.run(13, "kafka-acls --list --topic orders --resource-pattern-type match");
  await s.run(13, "kafka-acls --list --topic ord --resource-pattern-type prefixed");
  await s.run(13, "kafka-acls --list --principal User:bob");
  await s.run(13, "kafka-acls --list --cluster --group readers --transactional-id tx-bob");
  await s.run("controllers", "kafka-acls --list");
  await s.run(
    11,
    "kafka-acls --remove --force --allow-principal User:bob --operation Write --topic orders",
  );
  await s.run(
    12,
    "kafka-acls --remove --force --allow-principal User:nobody --operation Write --topic orders",
  );
  await s.run(13, "kafka-acls --remove --force --topic ord --resource-pattern-type prefixed");
  await s.run(
    "controllers",
    "kafka-acls --remove --force --allow-principal User:dave --topic orders",
  );
  await s.run({ broker: 12, user: "alice" }, "kafka-acls --list");
  await s.run(
    { broker: 12, user: "alice" },
    `${add} --allow-principal User:alice --operation All --topic *`,
  );
  await s.run({ broker: 12, user: "alice" }, "kafka-acls --remove --force --topic orders");
  await s.run(12, "kafka-acls --remove --force --topic any --resource-pattern-type any");
  await s.run(12, "kafka-acls --remove --force --group readers --resource-pattern-type match");
  await s.run(12, "kafka-acls --list");
}
