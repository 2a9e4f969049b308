// Separates words at dashes and slashes when making slugs, as accounts/slugs.py does. Django's own
// function would join them.

const plain = window.URLify;

window.URLify = (text, ...more) => plain(text.replace(/[\p{Pd}/\\\u2044\u2215\u2212\u2043]/gu, " "), ...more);
