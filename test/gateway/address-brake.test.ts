/** Who fails to authenticate too often is turned away for a while, and nobody else. */
import { expect, test } from "vitest";
import { AddressBrake, type SharedLimit } from "../../workers/gateway/address-brake.ts";
import { HttpError } from "../../workers/gateway/kafka-error.ts";

const HOST = "192.0.2.1";

async function fail(brake: AddressBrake, host: string, times: number, nowMs = 0): Promise<void> {
  for (let i = 0; i < times; i += 1) await brake.failed(host, nowMs, null);
}

/** How many seconds an address is told to wait; null when it may go on. */
function waitOf(brake: AddressBrake, host: string, nowMs: number): string | null {
  try {
    brake.check(host, nowMs);
    return null;
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    expect([error.status, error.errorCode]).toEqual([429, 42903]);
    return error.headers["Retry-After"] ?? "";
  }
}

test("the twentieth failure within ten seconds turns an address away until they have passed", async () => {
  const brake = new AddressBrake();
  await fail(brake, HOST, 19, 1000);
  expect(waitOf(brake, HOST, 1000)).toBe(null);
  await fail(brake, HOST, 1, 4000);
  expect(waitOf(brake, HOST, 4000)).toBe("7");
  expect(waitOf(brake, HOST, 10_999)).toBe("1");
  expect(waitOf(brake, HOST, 11_000)).toBe(null);
  expect(waitOf(brake, "192.0.2.2", 4000)).toBe(null);
});

test("failures that are far apart are not counted together", async () => {
  const brake = new AddressBrake();
  for (let nowMs = 0; nowMs < 200_000; nowMs += 1000) {
    await fail(brake, HOST, 1, nowMs);
    expect(waitOf(brake, HOST, nowMs)).toBe(null);
  }
});

test("the addresses of one IPv6 network are one address", async () => {
  const brake = new AddressBrake();
  for (let i = 0; i < 20; i += 1) await fail(brake, `2001:db8:0:1::${i}`, 1);
  expect(waitOf(brake, "2001:db8:0:1:ffff::", 0)).toBe("10");
  expect(waitOf(brake, "2001:db8:0:2::1", 0)).toBe(null);
});

test("the table of addresses is bounded, and keeps those that failed last", async () => {
  const brake = new AddressBrake();
  await fail(brake, HOST, 20);
  for (let i = 0; i < 9999; i += 1) await fail(brake, `host-${i}`, 1);
  expect(waitOf(brake, HOST, 0)).toBe("10");
  await fail(brake, "one more", 1);
  expect(brake.size).toBe(10_000);
  expect(waitOf(brake, HOST, 0)).toBe(null);
});

test("an address that fails again is not the one that is forgotten next", async () => {
  const brake = new AddressBrake();
  await fail(brake, HOST, 19);
  for (let i = 0; i < 9999; i += 1) await fail(brake, `host-${i}`, 1);
  await fail(brake, HOST, 1);
  await fail(brake, "one more", 1);
  expect(brake.size).toBe(10_000);
  expect(waitOf(brake, HOST, 0)).toBe("10");
});

test("where all isolates count together, their count turns an address away at once", async () => {
  const brake = new AddressBrake();
  const keys: string[] = [];
  let success = true;
  const shared: SharedLimit = {
    limit: async ({ key }) => {
      keys.push(key);
      return { success };
    },
  };
  await brake.failed(HOST, 0, shared);
  expect(waitOf(brake, HOST, 0)).toBe(null);
  success = false;
  await brake.failed(HOST, 0, shared);
  expect(waitOf(brake, HOST, 0)).toBe("10");
  expect(keys).toEqual([HOST, HOST]);
});

test("a count for all isolates that cannot be asked for stands in nobody's way", async () => {
  const brake = new AddressBrake();
  const shared: SharedLimit = { limit: () => Promise.reject(new Error("no such binding")) };
  await brake.failed(HOST, 0, shared);
  expect(waitOf(brake, HOST, 0)).toBe(null);
  for (let i = 0; i < 19; i++) await brake.failed(HOST, 0, shared);
  expect(waitOf(brake, HOST, 0)).toBe("10");
});
