// A provider of OpenID Connect that nobody here wrote, for journeys: whoever comes says who they are.
//
// It writes its address, then waits to be told where people may be sent back to
// (`/begin?redirect=…&after=…`), which only the server that is started after it knows.
import { createServer } from "node:http";
import Provider from "oidc-provider";

let answer = (request, response) => response.writeHead(503).end();

const server = createServer((request, response) => {
  const url = new URL(request.url, "http://localhost");
  if (url.pathname !== "/begin") return answer(request, response);
  answer = begin(url.searchParams.get("redirect"), url.searchParams.get("after"));
  response.end();
});
server.listen(0, "127.0.0.1", () => console.log(`http://localhost:${server.address().port}`));
// It ends with whoever started it.
process.stdin.on("end", () => process.exit(0)).resume();

function begin(redirect, after) {
  const provider = new Provider(`http://localhost:${server.address().port}`, {
    clients: [
      {
        client_id: "portal",
        client_secret: "a-secret-of-the-journey",
        redirect_uris: [redirect],
        post_logout_redirect_uris: [after],
      },
    ],
    claims: { email: ["email", "email_verified"], profile: ["preferred_username", "name"] },
    cookies: { keys: ["a-key-of-the-journey"] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, preferred_username: id, name: id, email: `${id}@example.com`, email_verified: true }),
    }),
  });
  return provider.callback();
}
