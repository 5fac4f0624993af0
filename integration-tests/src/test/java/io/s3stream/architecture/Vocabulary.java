package io.s3stream.architecture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The English that CONTRIBUTING.md asks for, as far as a program can check it. Looks at comments, string literals, names of
 * tests and constants, and at documents. Code between them is not text. Stateless.
 */
final class Vocabulary {

    /** More words than this in one sentence stop every reader. The aim is 25. */
    static final int MAX_WORDS = 40;

    private static final String VERBS =
            "is|was|were|are|has|had|have|may|might|can|could|must|should|would|will|did|does|do";

    private static final Map<String, Pattern> FORBIDDEN = new LinkedHashMap<>();

    static {
        forbid(
                "sentence without a real subject",
                "(?:^|(?<=[.!?:;] )|(?<=\\) ))(?:Who|Whoever|What|Whatever|Whichever|One|Ones|Which|Nobody|Somebody|Nothing)\\b"
                        + "(?! of the)(?![^.]*\\?)");
        forbid("first sentence begins with It", "^It\\b");
        forbid("clause without a real subject", "\\b(?:whoever|whatever|whichever|whomever)\\b");
        forbid(
                "clause without a real subject",
                "\\bwhat (?:" + VERBS
                        + "|it|they|the|a|an|this|that|came|comes|follows|stood|stands|lies|lay|remains|remained"
                        + "|goes|went|runs|ran|waits|waited|belongs|needs|happened|happens|others|other|another|nobody|no|only"
                        + "|still|else|one|each|all|somebody)\\b");
        forbid(
                "clause without a real subject",
                "\\b(?:one|those|ones|somebody|anybody|nobody|anyone|someone|no one) (?:that|which|who|whose)\\b");
        forbid(
                "wording that english readers stop at",
                "\\b(?:lives|lived|gives? up|gave up|given up|giving up|hears?|heard|on (?:its|their) way|under way|besides?"
                        + "|meanwhile|for good|so many|any more|anymore|no more|for ever|in vain|at hand|has a chance|somebody"
                        + "|anybody|nobody|by now|all the same|afterwards|thereby|therein|thereof|hitherto|whence|whither|lest"
                        + "|ere|goes on|go on|went on|going on|comes? back|came back|at odds|stands? in|takes? no|took no"
                        + "|knows? of no|knew of no)\\b");
        forbid("negation in foreign order", "\\b(?:no longer any|is not any|are not any|not yet any)\\b");
        forbid("maximum and minimum are MAX_ and MIN_", "\\b(?:MOST|LONGEST|LARGEST|FEWEST|SHORTEST)_\\w+");
    }

    /** A piece of text and the line where it begins. */
    record Text(int line, String words) {}

    private static final Pattern JAVA = Pattern.compile(
            "\"\"\"(.*?)\"\"\"|\"((?:\\\\.|[^\"\\\\\\n])*)\"|/\\*\\*?(.*?)\\*/|//([^\\n]*(?:\\n[ \\t]*//[^\\n]*)*)"
                    + "|'(?:\\\\.|[^'\\\\])+'",
            Pattern.DOTALL);
    private static final Pattern PARAGRAPH = Pattern.compile(
            "<p>|<li>|</?ul>|^\\s*@(?:param \\S+|return|throws \\S+|see)|\\n\\s*\\n", Pattern.MULTILINE);
    private static final Pattern NAME = Pattern.compile("\\b(?:void|static (?:final )?\\w+)\\s+(\\w+)\\s*[(=]");

    private Vocabulary() {}

    private static void forbid(String name, String pattern) {
        FORBIDDEN.merge(name, Pattern.compile(pattern), (a, b) -> Pattern.compile(a.pattern() + "|" + b.pattern()));
    }

    /** Returns what is wrong with one text, empty if nothing is. */
    static List<String> faults(String words) {
        List<String> faults = new ArrayList<>();
        FORBIDDEN.forEach((name, pattern) -> {
            Matcher found = pattern.matcher(words);
            if (found.find()) {
                faults.add(name + ": “" + excerpt(words, found.start(), found.end()) + "”");
            }
        });
        for (String sentence : words.split("(?<=[.!?:;]) ")) {
            int count = sentence.split("\\s+").length;
            if (count > MAX_WORDS) {
                faults.add(count + " words in one sentence: “" + excerpt(sentence, 0, 60) + "”");
            }
        }
        return faults;
    }

    private static String excerpt(String words, int from, int to) {
        return words.substring(Math.max(0, from - 30), Math.min(words.length(), to + 30));
    }

    /** Returns comments, string literals and names in Java source. */
    static List<Text> ofJava(String source, boolean isTest) {
        List<Text> texts = new ArrayList<>();
        Matcher piece = JAVA.matcher(source);
        while (piece.find()) {
            int line = lineOf(source, piece.start());
            String literal = piece.group(1) != null ? piece.group(1) : piece.group(2);
            if (literal != null) {
                if (literal.contains(" ")) {
                    texts.add(new Text(line, oneLine(literal)));
                }
            } else if (piece.group(3) != null) {
                addComment(texts, line, piece.group(3));
            } else if (piece.group(4) != null) {
                texts.add(new Text(line, oneLine(piece.group(4).replaceAll("\\n\\s*//", " "))));
            }
        }
        Matcher name = NAME.matcher(source);
        while (name.find()) {
            String text = name.group(1);
            if (text.contains("_") || isTest) {
                texts.add(new Text(lineOf(source, name.start()), text.contains("_") ? text : sentenceOf(text)));
            }
        }
        return texts;
    }

    private static void addComment(List<Text> texts, int line, String comment) {
        String body = comment.replaceAll("\\n[ \\t]*\\*[ ]?", "\n")
                .replaceAll("(?s)<pre>.*?</pre>", "")
                .replaceAll("\\{@(?:code|link|linkplain|value)\\s+[^}]*}", "X");
        for (String paragraph : PARAGRAPH.split(body)) {
            String words = oneLine(paragraph);
            if (!words.isEmpty() && !words.startsWith("@")) {
                texts.add(new Text(line, words));
            }
        }
    }

    /** Returns paragraphs, list items and table cells of a document, without code. */
    static List<Text> ofMarkdown(String document) {
        List<Text> texts = new ArrayList<>();
        StringBuilder paragraph = new StringBuilder();
        int begin = 0;
        boolean isCode = false;
        String[] lines = document.split("\n", -1);
        for (int i = 0; i <= lines.length; i++) {
            String line = i == lines.length ? "" : lines[i].strip();
            boolean fence = line.startsWith("```");
            isCode ^= fence;
            boolean breaks = isCode || fence || line.isEmpty() || line.matches("([-*+]|\\d+\\.|#+|\\|).*");
            if (breaks && paragraph.length() > 0) {
                texts.add(new Text(begin, withoutCode(paragraph.toString())));
                paragraph.setLength(0);
            }
            if (isCode || fence || line.isEmpty()) {
                continue;
            }
            if (line.startsWith("|")) {
                for (String cell : line.split("\\|")) {
                    texts.add(new Text(i + 1, withoutCode(cell.strip())));
                }
                continue;
            }
            if (paragraph.length() == 0) {
                begin = i + 1;
            }
            paragraph.append(line.replaceFirst("^([-*+]|\\d+\\.|#+)\\s+", "")).append(' ');
        }
        return texts;
    }

    private static String withoutCode(String words) {
        return oneLine(words.replaceAll("`[^`]*`", "X"));
    }

    /** Returns a name in camel case as a sentence. */
    private static String sentenceOf(String name) {
        String words = name.replaceAll("([A-Z])", " $1")
                .toLowerCase(java.util.Locale.ROOT)
                .strip();
        return words.contains(" ") ? Character.toUpperCase(words.charAt(0)) + words.substring(1) : "";
    }

    private static String oneLine(String words) {
        return words.replaceAll("\\s+", " ").strip();
    }

    private static int lineOf(String source, int position) {
        return (int) source.substring(0, position)
                        .chars()
                        .filter(c -> c == '\n')
                        .count()
                + 1;
    }
}
