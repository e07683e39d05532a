/** The header Authorization: what is a token, and what is told of everything else. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  bearerText,
  credentialsOf,
  parseToken,
  secretHash,
  tokenText,
} from "../../workers/gateway/bearer.ts";
import { HttpError } from "../../workers/gateway/kafka-error.ts";

const ID = "abc_DEF-0123";
const SECRET = "_".repeat(43);
const TOKEN = `kr_${ID}_${SECRET}`;

function headersWith(authorization: string): Headers {
  return new Headers({ Authorization: authorization });
}

async function problemOf(authorization: string): Promise<HttpError> {
  const error: unknown = await credentialsOf(headersWith(authorization)).catch((thrown) => thrown);
  if (!(error instanceof HttpError)) throw new Error(`${authorization} was taken`);
  return error;
}

test("a token is taken apart by its lengths, whatever its parts are made of", () => {
  expect(parseToken(TOKEN)).toEqual({ tokenId: ID, secret: SECRET });
  expect(tokenText({ tokenId: ID, secret: SECRET })).toBe(TOKEN);
});

test.each(["Bearer", "bearer", "BEARER"])("%s is the scheme", async (scheme) => {
  const credentials = await credentialsOf(headersWith(`${scheme}  ${TOKEN} `));
  expect(credentials).toEqual({ tokenId: ID, secretHash: await secretHash(SECRET) });
});

test("what a controller gets is the SHA-256 of the secret's text", async () => {
  const hash = await secretHash("abc");
  expect(Buffer.from(hash).toString("hex")).toBe(
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});

test("no header is no credentials", async () => {
  expect(await credentialsOf(new Headers())).toBe(null);
});

test.each([
  ["", "The scheme of the header Authorization is not Bearer."],
  ["Basic dTpw", "The scheme of the header Authorization is not Bearer."],
  [TOKEN, "The scheme of the header Authorization is not Bearer."],
  ["Bearer", "The header Authorization has no token that could be one."],
  [`Bearer ${TOKEN} x`, "The header Authorization has no token that could be one."],
  [`Bearer "${TOKEN}"`, "The header Authorization has no token that could be one."],
  [`Bearer ${TOKEN}, Bearer ${TOKEN}`, "There is more than one header Authorization."],
  [`Bearer ${TOKEN}x`, "The token of the header Authorization is no access token."],
  [`Bearer ${TOKEN.slice(0, -1)}`, "The token of the header Authorization is no access token."],
  [`Bearer ${TOKEN.replace("kr_", "KR_")}`, "no access token."],
  [`Bearer kr_${ID}-${SECRET}`, "no access token."],
  [`Bearer kr_${ID}_${"/".repeat(43)}`, "no access token."],
])("%j is refused and told what is allowed", async (header, message) => {
  const error = await problemOf(header);
  expect([error.status, error.errorCode]).toEqual([401, 40101]);
  expect(error.headers).toEqual({ "WWW-Authenticate": "Bearer" });
  expect(error.message).toContain(message);
  expect(error.message).toContain("Allowed: one header Authorization: Bearer kr_<id>_<secret>.");
  expect(error.message).not.toContain(SECRET);
});

test("two headers are refused, even when one of them is good", () => {
  const headers = headersWith(`Bearer ${TOKEN}`);
  headers.append("Authorization", "Bearer other");
  expect(() => bearerText(headers)).toThrow("more than one");
});

const base64url = fc.stringMatching(/^[A-Za-z0-9_-]+$/);
/** What a header can carry at all. */
const headerText = fc.stringMatching(/^[\x20-\x7e\x80-\xff]*$/);

test("every id and secret of the right lengths comes back as it was", () => {
  const sized = (length: number) =>
    fc.array(fc.constantFrom(..."azAZ09_-"), { minLength: length, maxLength: length });
  fc.assert(
    fc.property(sized(12), sized(43), (id, secret) => {
      const token = { tokenId: id.join(""), secret: secret.join("") };
      expect(parseToken(tokenText(token))).toEqual(token);
    }),
  );
});

test("any other text is no token, and any header is a token, nothing, or a 401", async () => {
  fc.assert(
    fc.property(fc.oneof(base64url, fc.string()), (text) => {
      const isToken = /^kr_[A-Za-z0-9_-]{12}_[A-Za-z0-9_-]{43}$/.test(text);
      expect(parseToken(text) !== null).toBe(isToken);
    }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        headerText,
        headerText.map((text) => `Bearer ${text}`),
        headerText.map((text) => `Bearer ${TOKEN}${text}`),
      ),
      async (text) => {
        const found: unknown = await credentialsOf(headersWith(text)).catch((error) => error);
        if (found instanceof HttpError) expect(found.status).toBe(401);
        else expect(found).toEqual({ tokenId: ID, secretHash: await secretHash(SECRET) });
      },
    ),
  );
});
