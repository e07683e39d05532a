import { expect, test } from "vitest";
import { PathRouter } from "../../workers/gateway/path-router.ts";

function routerOf(paths: readonly (readonly [method: string, path: string])[]): PathRouter<string> {
  const router = new PathRouter<string>();
  for (const [method, path] of paths) router.add(method, path, `${method} ${path}`);
  return router;
}

const API = routerOf([
  ["GET", "/topics/-/configs"],
  ["ALL", "/topics/-/configs"],
  ["GET", "/topics/:name"],
  ["DELETE", "/topics/:name"],
  ["ALL", "/topics/:name"],
  ["POST", "/topics/:name/:part"],
  ["GET", "/topics/late/:part"],
  ["GET", "/configs:alter"],
]);

test("A path of texts and parameters finds its handler, with what the parameters stand for", () => {
  expect(API.match("GET", "/topics/a%2Fb")).toEqual([[["GET /topics/:name", { name: "a%2Fb" }]]]);
  expect(API.match("POST", "/topics/a/b")).toEqual([
    [["POST /topics/:name/:part", { name: "a", part: "b" }]],
  ]);
  expect(API.match("GET", "/configs:alter")).toEqual([[["GET /configs:alter", {}]]]);
});

test("A method that the path does not have goes to what answers the others", () => {
  expect(API.match("PUT", "/topics/a")).toEqual([[["ALL /topics/:name", { name: "a" }]]]);
});

test("Of two paths that match the one that was added first answers", () => {
  expect(API.match("GET", "/topics/-/configs")).toEqual([[["GET /topics/-/configs", {}]]]);
  const text = routerOf([
    ["GET", "/:a/text"],
    ["GET", "/text/:b"],
  ]);
  expect(text.match("GET", "/text/text")).toEqual([[["GET /:a/text", { a: "text" }]]]);
});

test("A text that leads nowhere does not hide a parameter that does", () => {
  expect(API.match("GET", "/topics/-")).toEqual([[["GET /topics/:name", { name: "-" }]]]);
});

test("The first of two paths that match decides, also when it lacks the method", () => {
  expect(API.match("GET", "/topics/late/x")).toEqual([[]]);
});

test.each([
  "/",
  "/topics",
  "/topics/",
  "/topics//configs",
  "//topics/a",
  "/topics/a/b/c",
  "/Topics/a",
])("%s matches nothing", (path) => {
  expect(API.match("GET", path)).toEqual([[]]);
});

test("What was found of a path holds for all its methods, and for those that are added later", () => {
  const router = routerOf([
    ["GET", "/topics/:name"],
    ["ALL", "/topics/:name"],
  ]);
  const found = [[["GET /topics/:name", { name: "a" }]]];
  expect(router.match("GET", "/topics/a")).toEqual(found);
  expect(router.match("PUT", "/topics/a")).toEqual([[["ALL /topics/:name", { name: "a" }]]]);
  expect(router.match("GET", "/topics/b")).toEqual([[["GET /topics/:name", { name: "b" }]]]);
  expect(router.match("GET", "/topics/a")).toEqual(found);
  expect(router.match("GET", "/topics/a/late")).toEqual([[]]);
  router.add("GET", "/topics/:name/late", "late");
  expect(router.match("GET", "/topics/a/late")).toEqual([[["late", { name: "a" }]]]);
});

test("A thousand other paths and long ones change nothing", () => {
  for (const path of Array.from({ length: 2_000 }, (_, index) => `/topics/t${index % 1_500}`)) {
    const name = path.slice("/topics/".length);
    expect(API.match("GET", path)).toEqual([[["GET /topics/:name", { name }]]]);
  }
  const name = "x".repeat(5_000);
  for (const _ of [1, 2]) {
    expect(API.match("GET", `/topics/${name}`)).toEqual([[["GET /topics/:name", { name }]]]);
  }
});
