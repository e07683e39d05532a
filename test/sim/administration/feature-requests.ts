/** Feature levels, controllers that are to be forgotten, and what a listener without SASL answers to SASL. */

import { encodeUtf8 } from "../../../src/base/byte-writer.ts";
import type { Area } from "./area.ts";
import type { Desk } from "./desk.ts";

/** FeatureUpdateKey.UpgradeType */
const UPGRADE = 1;
const SAFE_DOWNGRADE = 2;
const UNSAFE_DOWNGRADE = 3;
const timeoutMs = 5000;

export class FeatureRequests implements Area {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  act(): void {
    const drawn = this.#desk.prng.below(8);
    if (drawn < 3) this.#update();
    else if (drawn < 4) this.#downgrade();
    else if (drawn < 6) this.#forgetController();
    else this.#logIn();
  }

  #update(): void {
    const desk = this.#desk;
    const level = desk.pick([
      ["metadata.version", 23 + desk.prng.below(11)],
      ["metadata.version", 34],
      ["eligible.leader.replicas.version", desk.prng.below(2)],
      ["transaction.version", desk.prng.below(3)],
      ["group.version", desk.prng.below(2)],
      ["kraft.version", 1],
      ["no.such.feature", 1],
    ] as const);
    const [feature, maxVersionLevel] = level;
    const featureUpdates = [{ feature, maxVersionLevel, upgradeType: UPGRADE }];
    desk.ask(
      "updateFeatures",
      { featureUpdates, validateOnly: desk.once(3), timeoutMs },
      { user: desk.someone(), version: desk.pick([1, 2]) },
    );
  }

  /** Not of eligible leader replicas: what they leave behind counts once more, in Apache's controllers too. */
  #downgrade(): void {
    const desk = this.#desk;
    const featureUpdates = [
      {
        feature: desk.pick(["metadata.version", "group.version", "transaction.version"]),
        maxVersionLevel: desk.pick([0, 0, 1, 21, 24]),
        upgradeType: desk.pick([SAFE_DOWNGRADE, UNSAFE_DOWNGRADE]),
      },
    ];
    const body = { featureUpdates, validateOnly: desk.once(3), timeoutMs };
    desk.ask("updateFeatures", body, { user: desk.someone() });
  }

  #forgetController(): void {
    const desk = this.#desk;
    const controllerId = desk.pick([desk.controllerId, 1, 2, 3, 77]);
    desk.ask("unregisterController", { controllerId }, { user: desk.someone() });
  }

  #logIn(): void {
    const desk = this.#desk;
    if (desk.once(2)) desk.ask("saslHandshake", { mechanism: "PLAIN" });
    else desk.ask("saslAuthenticate", { authBytes: encodeUtf8("alice") });
  }
}
