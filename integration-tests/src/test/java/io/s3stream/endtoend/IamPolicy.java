package io.s3stream.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The policies of {@code docs/iam}, read as IAM reads them: a request needs an action on a resource. */
final class IamPolicy {

    static final Path FOLDER = Path.of("..", "docs", "iam");

    private static final String BUCKET = "arn:aws:s3:::BUCKET";
    private static final Pattern STATEMENT = Pattern.compile("\\{[^{}]*\"Sid\"[^{}]*}", Pattern.DOTALL);
    private static final Pattern TEXT = Pattern.compile("\"([^\"]*)\"");

    /** The permission for an action on a resource. */
    record Grant(String policy, String action, String resource) {

        boolean allows(RecordedRequests.Need need) {
            String wanted = need.key().isEmpty() ? BUCKET : BUCKET + "/PREFIX/" + need.key();
            String pattern = Arrays.stream(resource.split("\\*", -1))
                    .map(Pattern::quote)
                    .reduce((a, b) -> a + ".*" + b)
                    .orElseThrow();
            return action.equals(need.action()) && wanted.matches(pattern);
        }
    }

    private final List<Grant> grants = new ArrayList<>();

    /** @param nodes pairs of a placeholder and the number of a node */
    static IamPolicy of(List<String> names, String... nodes) throws IOException {
        IamPolicy policy = new IamPolicy();
        for (String name : names) {
            String text = Files.readString(FOLDER.resolve(name + ".json"));
            for (int i = 0; i < nodes.length; i += 2) {
                text = text.replace("/wal/" + nodes[i] + "/", "/wal/" + nodes[i + 1] + "/");
            }
            policy.read(name, text);
        }
        return policy;
    }

    private void read(String name, String text) {
        Matcher statement = STATEMENT.matcher(text);
        while (statement.find()) {
            for (String action : list(statement.group(), "Action")) {
                for (String resource : list(statement.group(), "Resource")) {
                    grants.add(new Grant(name, action, resource));
                }
            }
        }
        if (grants.isEmpty()) {
            throw new AssertionError(name + " grants nothing");
        }
    }

    private static List<String> list(String statement, String name) {
        Matcher list = Pattern.compile("\"" + name + "\"\\s*:\\s*\\[([^]]*)]").matcher(statement);
        if (!list.find()) {
            throw new AssertionError("no list of " + name + " in " + statement);
        }
        return TEXT.matcher(list.group(1)).results().map(text -> text.group(1)).toList();
    }

    Set<String> denied(Collection<RecordedRequests.Need> needs) {
        Set<String> denied = new TreeSet<>();
        for (RecordedRequests.Need need : needs) {
            if (grants.stream().noneMatch(grant -> grant.allows(need))) {
                denied.add(need.toString());
            }
        }
        return denied;
    }

    Set<String> unused(Collection<RecordedRequests.Need> needs) {
        Set<String> unused = new TreeSet<>();
        for (Grant grant : grants) {
            if (needs.stream().noneMatch(grant::allows)) {
                unused.add(grant.toString());
            }
        }
        return unused;
    }
}
