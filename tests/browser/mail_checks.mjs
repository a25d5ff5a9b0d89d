// Reads HTML files named on the command line; prints, for each, what html-validate and caniemail say of it as JSON.
import { readFileSync } from "node:fs";
import { caniemail } from "caniemail";
import { HtmlValidate } from "html-validate";

// What a mail has to do and a page should not: old attributes and conditional comments for Outlook, styles inline, and
// a role instead of <main>, which some clients drop.
const forMail = {
  "no-conditional-comment": "off",
  "no-deprecated-attr": "off",
  "no-inline-style": "off",
  "prefer-native-element": "off",
};
const clients = ["gmail.*", "outlook.*", "apple-mail.*"];
const validator = new HtmlValidate({ root: true, extends: ["html-validate:recommended"], rules: forMail });

function unsupported(html) {
  const { issues } = caniemail({ clients, html });
  const titles = new Set();
  for (const found of issues.errors.values()) for (const issue of found) titles.add(issue.title);
  return [...titles].sort();
}

const answers = {};
for (const file of process.argv.slice(2)) {
  const html = readFileSync(file, "utf8");
  const report = await validator.validateString(html);
  answers[file] = {
    faults: report.results.flatMap((result) => result.messages.map((one) => `${one.ruleId}: ${one.message}`)),
    whole: unsupported(html),
    stripped: unsupported(html.replace(/<style[\s\S]*?<\/style>/g, "")),
  };
}
console.log(JSON.stringify(answers));
