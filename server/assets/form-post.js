// OAuth 2.0 Form Post Response Mode §2: the answer goes on by itself.
document.forms[0].submit();
