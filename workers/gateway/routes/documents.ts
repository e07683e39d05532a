/** The API described by itself: for programs and for people. */

import * as v from "valibot";
import { docsPage } from "../docs-page.ts";
import { openApiDocument } from "../openapi.ts";
import { type Route, route } from "../route.ts";

/** Routes that describe all others, and themselves. */
export function documentRoutes(others: readonly Route[]): readonly Route[] {
  /** Made when it is first asked for: most isolates never are. */
  let document: object | null = null;
  let shown: ReturnType<typeof docsPage> | null = null;
  const openapi = route({
    method: "GET",
    path: "/openapi.json",
    operationId: "getOpenApi",
    tag: "Documentation",
    summary: "This API as an OpenAPI 3.1 document",
    answers: { 200: { description: "The document.", schema: v.looseObject({}) } },
    right: null,
    async handle(call) {
      document ??= openApiDocument([...others, openapi, docs]);
      return call.ok(document);
    },
  });
  const docs = route({
    method: "GET",
    path: "/docs",
    operationId: "getDocs",
    tag: "Documentation",
    summary: "This API as a page",
    answers: { 200: { description: "The page.", schema: v.string(), mediaType: "text/html" } },
    right: null,
    async handle({ context }) {
      shown ??= docsPage([...others, openapi, docs]);
      const { page, policy } = await shown;
      return context.html(page, 200, { "Content-Security-Policy": policy });
    },
  });
  return [openapi, docs];
}
