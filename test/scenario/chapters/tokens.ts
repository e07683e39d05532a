/** kafka-delegation-tokens over the brokers' SASL listener; tokens are secrets that only their owners see again. */

import type { Scenario } from "../scenario.ts";

export async function tokens(s: Scenario): Promise<void> {
  const tool = "kafka-delegation-tokens";
  const alice = { broker: 12, user: "alice" } as const;
  const bob = { broker: 13, user: "bob" } as const;
  await s.run(12, `${tool} --create --max-life-time-period -1 --command-config {plain.properties}`);
  for (const broker of [11, 12, 13] as const) {
    await s.run({ broker, user: "alice" }, `${tool} --create --max-life-time-period -1`);
  }
  const created = await s.run(
    alice,
    `${tool} --create --max-life-time-period 600000 --renewer-principal User:bob`,
  );
  const [, id = "", hmac = ""] = /^(\S{22}) (\S{86}==)/m.exec(created.stdout) ?? [];
  s.word("hmac", hmac);
  await s.run(alice, `${tool} --create --max-life-time-period 60000 --owner-principal User:carol`);
  await s.run(
    { broker: 13, user: "admin" },
    `${tool} --create --max-life-time-period 60000 --owner-principal User:carol`,
  );
  await s.run(alice, `${tool} --create --max-life-time-period 60000 --renewer-principal bob`);
  await s.run(alice, `${tool} --describe --owner-principal User:alice`);
  await s.run(alice, `${tool} --describe`);
  await s.run(bob, `${tool} --describe`);
  await s.run({ broker: 13, user: "admin" }, `${tool} --describe --owner-principal User:carol`);
  // Whoever holds a token can log in with it, but cannot get further tokens.
  s.token("token", id, hmac);
  await s.run({ broker: 11, user: "token" }, "kafka-cluster cluster-id");
  await s.run({ broker: 11, user: "token" }, `${tool} --create --max-life-time-period -1`);
  await s.run(bob, `${tool} --renew --renew-time-period 300000 --hmac {hmac}`);
  await s.run(
    { broker: 12, user: "carol" },
    `${tool} --renew --renew-time-period -1 --hmac {hmac}`,
  );
  await s.run(
    { broker: 12, user: "carol" },
    `${tool} --expire --expiry-time-period -1 --hmac {hmac}`,
  );
  await s.run(alice, `${tool} --renew --renew-time-period -1 --hmac bm90aGluZw==`);
  await s.run(alice, `${tool} --expire --expiry-time-period -1 --hmac bm90aGluZw==`);
  await s.run(alice, `${tool} --expire --expiry-time-period 60000 --hmac {hmac}`);
  await s.run(alice, `${tool} --expire --expiry-time-period -1 --hmac {hmac}`);
  await s.run(alice, `${tool} --expire --expiry-time-period -1 --hmac {hmac}`);
  await s.run(alice, `${tool} --describe`);
}
