/** The nonce that the server wrote into index.html and into `style-src`. */
export const styleNonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

// Dialogs lock the scrolling with a style element of react-style-singleton, which reads the nonce here.
Object.assign(globalThis, { __webpack_nonce__: styleNonce });
