/** Tokens by what their owners show. */

import { expect, it, vi } from "vitest";
import { TokenHmacs } from "../../src/state/token-hmacs.ts";
import { removeTokenRecord } from "../../src/state/token-rules.ts";
import { stateWithTokens, token } from "./delegation-tokens.ts";

it("makes the HMAC that a 4.4.0 controller with the secret key made", () => {
  const hmac =
    "02521e0461bb6d457a3c80bf01c07888e27fdafed05dbae635fe9833653b79fb68d03c3614432de574fdb133c08528d0bbd14f741085ef4c0b50fd4e240b6d8b";
  expect(Buffer.from(new TokenHmacs("hush").of("WFc83enyQgm0AWHGIadDjg")).toString("hex")).toBe(
    hmac,
  );
});

it("finds tokens that came later and none that is gone", () => {
  const hmacs = new TokenHmacs("secret");
  const state = stateWithTokens(token({ tokenId: "first" }));
  expect(hmacs.find(hmacs.of("second"), state.view())).toBeNull();
  expect(hmacs.find(hmacs.of("first"), state.view())?.tokenId).toBe("first");
  const both = stateWithTokens(token({ tokenId: "first" }), token({ tokenId: "second" }));
  expect(hmacs.find(hmacs.of("second"), both.view())?.tokenId).toBe("second");
  both.apply(removeTokenRecord("first"));
  expect(hmacs.find(hmacs.of("first"), both.view())).toBeNull();
});

it("looks through the tokens once for everything that is shown and belongs to none", () => {
  const hmacs = new TokenHmacs("secret");
  const state = stateWithTokens(token({ tokenId: "first" }));
  const view = state.view();
  const reads = vi.spyOn(view, "delegationTokens");
  for (const unknown of ["second", "third", "fourth"]) {
    expect(hmacs.find(hmacs.of(unknown), view)).toBeNull();
  }
  expect(hmacs.find(hmacs.of("first"), view)?.tokenId).toBe("first");
  expect(reads).toHaveBeenCalledTimes(1);
});

it("shows nobody the secret key", () => {
  const hmacs = new TokenHmacs("secret");
  hmacs.find(hmacs.of("any"), stateWithTokens(token()).view());
  expect(JSON.stringify(hmacs)).toBe("{}");
  expect(Object.keys(hmacs)).toEqual([]);
});
