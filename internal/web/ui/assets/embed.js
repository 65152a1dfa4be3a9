// Puts a booking page into another site's page, where this script stands, and
// gives its frame the height that it asks for.
//
//   <script src="https://book.example/embed.js" data-service="mortgage-advice" data-organization="bank" async></script>
(() => {
  const script = document.currentScript;
  const origin = new URL(script.src).origin;
  const { organization, service, lang, title } = script.dataset;
  const address = new URL("/embed/" + encodeURIComponent(organization) + (service ? "/" + encodeURIComponent(service) : ""), origin);
  if (lang) address.searchParams.set("read", lang);

  const frame = document.createElement("iframe");
  frame.src = address.href;
  frame.title = title || organization;
  frame.width = "100%";
  frame.height = "720";
  frame.style.border = "0";

  const hello = () => frame.contentWindow.postMessage({ parley: "hello" }, origin);
  frame.addEventListener("load", hello);
  addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || event.origin !== origin || event.data?.parley !== "height") return;
    const height = Number(event.data.height);
    if (height > 0 && height < 20000) frame.height = String(height);
  });
  script.after(frame);
})();
