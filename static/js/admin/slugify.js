// Makes addresses of names as accounts/slugs.py does where a dash or a slash divides words: Django's
// own would write them together.

const plain = window.URLify;

window.URLify = (text, ...more) => plain(text.replace(/[\p{Pd}/\\\u2044\u2215\u2212\u2043]/gu, " "), ...more);
