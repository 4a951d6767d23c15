/* The page of the API: Swagger UI shows the document, and sends requests with a bearer token. */

const place = document.querySelector("#api-docs");

SwaggerUIBundle({
  url: place.dataset.document,
  domNode: place,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  // Others' validators would be asked from the reader's browser.
  validatorUrl: null,
  // The API takes a bearer token, never the session of the pages.
  withCredentials: false,
});
