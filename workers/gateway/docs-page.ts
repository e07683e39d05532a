/** A page that shows the route table: plain HTML, no script, nothing from another host. */

import { html, raw } from "hono/html";
import type * as v from "valibot";
import { errorsOf, jsonSchema } from "./openapi.ts";
import { type Right, type Route, TAGS } from "./route.ts";

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
nav a { margin-right: 1rem; }
article { border-top: 1px solid #8886; padding: .5rem 0 1rem; }
h3 { font: 600 1rem ui-monospace, monospace; overflow-wrap: anywhere; margin: .5rem 0; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0; }
pre { overflow: auto; max-height: 24rem; padding: .6rem; background: #8881; border-radius: .3rem; }
`;

/** Lets the page have its own style and nothing else. */
async function contentSecurityPolicy(): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(STYLE));
  const hash = btoa(String.fromCharCode(...new Uint8Array(digest)));
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}

function rightText(right: Right | "token" | null): string {
  if (right === null) return "nothing.";
  if (right === "token") return "an access token.";
  const { operation, resourceType, resource } = right;
  if (resource === "cluster") return `${operation} on the cluster.`;
  if (resource === "each") return `${operation} on each ${resourceType}.`;
  return `${operation} on the ${resourceType} that the ${resource.in}'s ${resource.name} names.`;
}

function parameterRows(place: string, entries: v.ObjectEntries) {
  return Object.entries(entries).map(([name, schema]) => {
    const { description = "", ...rest } = jsonSchema(schema as v.GenericSchema);
    return html`<tr><td><code>${name}</code></td><td>${place}</td><td><code>${JSON.stringify(rest)}</code></td><td>${String(description)}</td></tr>`;
  });
}

function headerRows(headers: Readonly<Record<string, string>>) {
  return Object.entries(headers).map(
    ([name, description]) =>
      html`<tr><td><code>${name}</code></td><td>header</td><td></td><td>${description}</td></tr>`,
  );
}

function article(route: Route) {
  const { method, path, operationId, summary, description = "", params, query, body } = route;
  const rows = [
    ...parameterRows("path", params),
    ...parameterRows("query", query),
    ...headerRows(route.headers ?? {}),
  ];
  const answers = Object.entries(route.answers).map(
    ([status, answer]) =>
      html`<tr><td>${status}</td><td>${answer.description}</td><td>${answer.mediaType ?? (answer.schema === null ? "" : "application/json")}</td></tr>`,
  );
  return html`<article id="${operationId}">
<h3>${method} ${path}</h3>
<p>${summary}. ${description}</p>
<p>Needs: ${rightText(route.right)}${route.alsoNeeds === undefined ? "" : ` And ${rightText(route.alsoNeeds)}`}</p>
${rows.length === 0 ? "" : html`<table><tr><th>Parameter</th><th>in</th><th>is</th><th></th></tr>${rows}</table>`}
${body === null ? "" : html`<p>Body:</p><pre>${JSON.stringify(jsonSchema(body), null, 2)}</pre>`}
<table><tr><th>Answer</th><th></th><th></th></tr>${answers}</table>
<p>Errors: ${errorsOf(route).join(", ")}</p>
</article>`;
}

/** The page, and the policy that it is to be served with. */
export async function docsPage(
  routes: readonly Route[],
): Promise<{ readonly page: string; readonly policy: string }> {
  const sections = Object.entries(TAGS).map(([tag, about]) => {
    const articles = routes.filter((route) => route.tag === tag).map(article);
    return html`<section><h2 id="${tag}">${tag}</h2><p>${about}</p>${articles}</section>`;
  });
  const links = Object.keys(TAGS).map((tag) => html`<a href="#${tag}">${tag}</a>`);
  const page = await html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Quorate HTTP metadata API</title>
<style>${raw(STYLE)}</style></head><body><h1>Quorate HTTP metadata API</h1>
<p>The same as a document for programs: <a href="/openapi.json">/openapi.json</a>.</p>
<nav>${links}</nav>${sections}</body></html>`;
  return { page: String(page), policy: await contentSecurityPolicy() };
}
