// The pages by name, for what has to hold on each of them.

/** Every page, on the example catalog. */
export const places = {
  home: "/",
  catalog: "/catalog",
  "filtered catalog": "/catalog?kind=component&type=service&owner=group:default%2Fbox-office",
  "empty catalog": "/catalog?q=nothing-is-called-like-this",
  components: "/catalog?kind=component",
  apis: "/api-docs",
  users: "/catalog?kind=user",
  service: "/catalog/default/component/orders",
  library: "/catalog/default/component/seat-picker",
  api: "/catalog/default/api/seat-map-api",
  "definition of events": "/catalog/default/api/order-events?tab=definition",
  "definition of queries": "/catalog/default/api/whats-on-api?tab=definition",
  "definition of calls": "/catalog/default/api/payments-api?tab=definition",
  "definition as text": "/catalog/default/api/seat-map-api?tab=definition&raw=1",
  documentation: "/docs/callboard",
  "documentation page": "/docs/callboard/operations",
  definition: "/catalog/default/api/seat-map-api?tab=definition",
  source: "/catalog/default/component/orders?tab=source",
  group: "/catalog/default/group/box-office",
  user: "/catalog/default/user/nora.quint",
  system: "/catalog/default/system/ticketing",
  domain: "/catalog/default/domain/audience",
  resource: "/catalog/default/resource/stage-cluster",
  template: "/catalog/default/template/rust-service",
  "graph tab": "/catalog/default/component/orders?tab=graph",
  graph: "/graph?root=component:default%2Forders",
  "graph of a team": "/graph?root=group:default%2Fbox-office&depth=1",
  "graph of everything": "/graph",
  "graph from a name": "/graph?root=orders",
  "missing graph": "/graph?root=component:default%2Fthere-is-no-such-thing",
  problems: "/problems",
  "problems of mine": "/problems?owner=mine",
  settings: "/settings",
  "catalog health": "/admin",
  audit: "/admin/audit",
  roles: "/admin/roles",
  "chosen columns": "/catalog?kind=component&columns=owner,description",
  "kept out": "/kept-out",
  register: "/register",
  "written file":
    "/register?url=https:%2F%2Fgithub.com%2Fplayhouse%2Ffog&kind=Component&name=fog&description=Makes%20fog%20when%20it%20is%20called.&type=service&lifecycle=production&owner=box-office&system=ticketing&tags=dmx",
  "file with mistakes":
    "/register?url=https:%2F%2Fgithub.com%2Fplayhouse%2Ffog&kind=API&name=fog%20machine&owner=box-office",
  remove: "/catalog/default/component/orders/remove",
  templates: "/create",
  "websites to create": "/create?type=website",
  "no templates": "/create?q=nothing-is-called-like-this",
  tasks: "/create/tasks",
  "template editor": "/create/edit?template=website",
  actions: "/create/actions",
  "an action": "/create/actions?find=fetch:template#fetch-template",
  form: "/create/templates/default/rust-service",
  "form with choices": '/create/templates/default/website?values={"name":"a","title":"b","owner":"group:default/box-office","audience":"public"}&page=1',
  "form to review":
    '/create/templates/default/website?values={"name":"gift-cards","title":"Gift cards","owner":"group:default/box-office","audience":"staff","repoUrl":"github.com?owner=playhouse%26repo=gift-cards"}&page=3',
  missing: "/there-is-no-such-page",
  "missing entity": "/catalog/default/component/there-is-no-such-thing",
};

/** The browser notes on the console that a missing thing is answered with status 404. */
export const NOT_FOUND_NOTE = /status of 404 .*(there-is-no-such|_fn\/(get_entity|get_graph))/;

/** Where scripts are off, the browser reports the one it was not allowed to load. */
export const SCRIPT_NOTE = /frontend\.\w+\.js: csp$/;
