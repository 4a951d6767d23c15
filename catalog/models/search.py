r"""How courses are searched: what a text is indexed as, and what a query is looked up as.

PostgreSQL's parser takes ``Node.js`` for a host, ``CI/CD`` for a path, ``C++`` for C and a Japanese
sentence for one word. So texts and queries are first rewritten by the same functions:

- Signs that belong to a letter become words: C++ is ``cplusplus``, C# ``csharp``, .NET ``dotnet``.
- Compounds are indexed by their parts and as a whole: Node.js as ``node``, ``js``, ``nodejs``.
- Scripts without spaces are indexed by each two letters in a row, written as their code points, so
  that no parser can divide them; single letters too.

``catalog.queries.cards`` calls ``course_query`` with what was typed. All are IMMUTABLE, so that it
is computed once and the planner knows how many courses it finds; a change of the rules of
``unaccent`` needs ``UPDATE courses SET search = NULL``.
"""

from peerloop.kit.triggers import Function, Trigger

# Only constants of this file are put together below.
# Chinese, Japanese and Korean, Thai, Lao, Tibetan, Burmese, Khmer, Tai, Javanese, Balinese, Yi.
# Korean has spaces, but its particles are part of the word.
UNSPACED = (
    r"[\u0E01-\u109F\u1100-\u11FF\u1780-\u17FF\u1950-\u19DF\u1A20-\u1AAF\u1B00-\u1B7F\u2E80-\u2FDF"
    r"\u3005-\u3007\u3041-\u30FA\u30FC-\u31FF\u3400-\u4DBF\u4E00-\uA4CF\uA960-\uA9FF\uAA60-\uAADF"
    r"\uAC00-\uD7FF\uF900-\uFAFF\uFF66-\uFFDC\U00016FE0-\U00018DFF\U0001AFF0-\U0001B2FF"
    r"\U00020000-\U0003FFFF]"
)
# Punctuation and pictures beyond ASCII, which a database without such a locale takes for letters.
SIGNS = (
    r"[\u0080-\u00A9\u00AB-\u00B4\u00B6-\u00B9\u00BB-\u00BF\u00D7\u00F7\u2010-\u2029\u2030-\u205E"
    r"\u2190-\u2BFF\u3000-\u3004\u3008-\u3020\u3030\u303D\u30FB\uFF01-\uFF65\U0001F000-\U0001FAFF]"
)
# Any letter or figure: all but the other signs of ASCII, whatever the locale of the database.
LETTER = r"[^\u0001-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u007F]"
JOINT = r"[-./&+_''\\@:]"
COMPOUND = rf"{LETTER}{{1,40}}(?:{JOINT}{{1,3}}{LETTER}{{1,40}})+"

SPELLED = Function(
    name="course_spelled",
    signature="said text",
    returns="text",
    options="LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE",
    body=rf"""
        DECLARE
            plain text := lower(unaccent(said));
        BEGIN
            plain := regexp_replace(plain, '\m([a-z])\+\+', '\1plusplus ', 'g');
            plain := regexp_replace(plain, '\m([a-z])[#\u266F]', '\1sharp ', 'g');
            plain := regexp_replace(plain, '\m([a-z])\+(?![a-z0-9])', '\1plus ', 'g');
            plain := regexp_replace(plain, '{SIGNS}', ' ', 'g');
            IF plain !~ '{UNSPACED}' THEN
                RETURN plain;
            END IF;
            RETURN (
                SELECT string_agg(CASE
                    WHEN NOT is_unspaced THEN letter
                    WHEN is_unspaced_next THEN ' ' || code || next_code || ' '
                    WHEN is_unspaced_before THEN ' '
                    ELSE ' ' || code || ' '
                END, '' ORDER BY place)
                FROM (
                    SELECT letter, place, code, is_unspaced,
                        lead(code) OVER row AS next_code,
                        lead(is_unspaced) OVER row AS is_unspaced_next,
                        lag(is_unspaced) OVER row AS is_unspaced_before
                    FROM (
                        SELECT letter, place, letter ~ '{UNSPACED}' AS is_unspaced,
                            'u0' || to_hex(ascii(letter)) AS code
                        FROM string_to_table(plain, NULL) WITH ORDINALITY AS one (letter, place)
                    ) AS letters
                    WINDOW row AS (ORDER BY place)
                ) AS neighbours
            );
        END
    """,  # noqa: S608
)
# Beside the words themselves: compounds as a whole and by two neighbours, .NET, single letters.
VARIANTS = Function(
    name="course_variants",
    signature="spelled text",
    returns="text",
    options="LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE",
    body=rf"""
        WITH compounds AS (
            SELECT regexp_split_to_array(found.parts[1], '{JOINT}+') AS parts
            FROM regexp_matches(spelled, '{COMPOUND}', 'g') AS found (parts)
        )
        SELECT string_agg(DISTINCT word, ' ' ORDER BY word) FROM (
            SELECT array_to_string(parts, '') FROM compounds
            UNION SELECT pair.word FROM compounds, LATERAL (
                SELECT part || lead(part) OVER (ORDER BY place)
                FROM unnest(parts) WITH ORDINALITY AS one (part, place)
            ) AS pair (word)
            UNION SELECT 'dot' || found.parts[1]
                FROM regexp_matches(spelled, '\.([a-z]{{1,12}})', 'g') AS found (parts)
            UNION SELECT found.parts[1]
                FROM regexp_matches(spelled, '(u0[0-9a-f]+)', 'g') AS found (parts)
        ) AS variants (word)
        WHERE length(word) <= 40
    """,  # noqa: S608
)
# ``is_title``: stop words are kept as typed, to be found by a query that has no other words.
VECTOR = Function(
    name="course_vector",
    signature="said text, is_title boolean",
    returns="tsvector",
    options="LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE",
    body=f"""
        DECLARE
            spelled text := coalesce(course_spelled(said), '');
            parted text := regexp_replace(spelled, '{JOINT}', ' ', 'g');
            found tsvector := to_tsvector('english', parted)
                || to_tsvector('english', coalesce(course_variants(spelled), ''));
        BEGIN
            RETURN CASE WHEN is_title THEN found || to_tsvector('simple', parted) ELSE found END;
        END
    """,
)
# The words of a text that mistyped words are corrected to.
WORDS = Function(
    name="course_words_of",
    signature="said text",
    returns="SETOF text",
    options="LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE",
    body=rf"""
        SELECT DISTINCT found.parts[1]
        FROM regexp_matches(
            regexp_replace(lower(unaccent(said)), '{UNSPACED}+', ' ', 'g')
                || ' ' || coalesce(course_variants(course_spelled(said)), ''),
            '\m(?!u0)[[:alpha:]][[:alnum:]]{{2,39}}', 'g') AS found (parts)
    """,  # noqa: S608
)
# A compound is looked up as a whole, or by its parts where none of them is a stop word (a/b).
QUERY = Function(
    name="course_query",
    signature="asked text",
    returns="tsquery",
    options="LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE",
    body=rf"""
        DECLARE
            spelled text := course_spelled(asked);
            glue text;
            words text;
            by_parts tsquery;
            found tsquery := '';
        BEGIN
            spelled := regexp_replace(spelled, '(^|[^a-z0-9])\.([a-z])', '\1dot\2', 'g');
            -- What is excluded is excluded as a phrase: all pairs of its letters.
            spelled := regexp_replace(spelled,
                '(^|\s)-\s*((?:u0[0-9a-fu]+\s{{1,2}})+)', '\1-"\2" ', 'g');
            FOREACH glue IN ARRAY ARRAY['', ' '] LOOP
                words := regexp_replace(spelled,
                    '(?<={LETTER}){JOINT}+(?={LETTER})', glue, 'g');
                -- Only quotes, and a minus before a word, mean something to PostgreSQL. It refuses
                -- a row of any that it reads as one exclusion inside another.
                words := regexp_replace(words, '[\u0001-\u0021\u0023-\u002C\u002E\u002F]'
                    '|[\u003A-\u0040\u005B-\u0060\u007B-\u007F]|(?<=\S)-', ' ', 'g');
                words := regexp_replace(words, '-(?!{LETTER}|")', ' ', 'g');
                IF glue = '' THEN
                    found := websearch_to_tsquery('english', words);
                END IF;
            END LOOP;
            by_parts := websearch_to_tsquery('english', words);
            IF by_parts <> found
                AND numnode(by_parts) = numnode(websearch_to_tsquery('simple', words)) THEN
                found := found || by_parts;
            END IF;
            IF numnode(found) = 0 THEN
                -- Stop words alone, like IT or The Who.
                found := phraseto_tsquery('simple', words);
            END IF;
            RETURN found;
        END
    """,
)
# Writing ``search``, even with NULL, makes the trigger compute it (see ``touches_search``).
SEARCH = Trigger(
    name="courses_search",
    on="BEFORE INSERT OR UPDATE OF title, tagline, description, creator_id, search",
    declare="about text; promises text; steps text; creator text;",
    body="""
        SELECT string_agg(tag, ' ' ORDER BY tag) INTO about
            FROM course_tags WHERE course_id = NEW.id;
        SELECT string_agg(text, ' ' ORDER BY position) INTO promises
            FROM course_objectives WHERE course_id = NEW.id;
        SELECT string_agg(title, ' ' ORDER BY module_order) INTO steps
            FROM course_curriculum WHERE course_id = NEW.id AND archived_at IS NULL;
        SELECT name INTO creator FROM users WHERE id = NEW.creator_id;
        NEW.search :=
            setweight(course_vector(NEW.title, true), 'A')
            || setweight(course_vector(about, true) || course_vector(promises, false), 'B')
            || setweight(course_vector(steps, false) || course_vector(creator, true), 'C')
            || setweight(course_vector(concat_ws(' ', NEW.tagline, NEW.description), false), 'D');
        -- In one order, so that two courses with the same new words can't lock each other.
        INSERT INTO course_words (word)
            SELECT word
            FROM course_words_of(concat_ws(' ', NEW.title, about, promises, steps, creator))
                AS words (word)
            ORDER BY word
            ON CONFLICT DO NOTHING;
        RETURN NEW;
    """,
)
CREATOR_RENAMED = Trigger(
    name="users_renamed",
    table="users",
    on="AFTER UPDATE OF name",
    condition="OLD.name IS DISTINCT FROM NEW.name",
    body="""
        UPDATE courses SET search = NULL WHERE creator_id = NEW.id;
        RETURN NULL;
    """,
)


def touches_search(table: str) -> list[Trigger]:
    """Triggers on ``table`` that update the search vectors of its courses, once per statement."""
    return [
        Trigger(
            name=f"{table}_{done}",
            on=f"AFTER {event}",
            referencing=f"{side} TABLE AS changed",
            body="""
                UPDATE courses SET search = NULL WHERE id IN (SELECT course_id FROM changed);
                RETURN NULL;
            """,
        )
        for event, side, done in (
            ("INSERT", "NEW", "inserted"),
            ("UPDATE", "NEW", "updated"),
            ("DELETE", "OLD", "deleted"),
        )
    ]


# Candidates for a mistyped word: words that begin with it, that differ in at most two letters after
# the first, or that share many trigrams. The threshold is set on the function, so that no
# connection has to set it. ``catalog.queries.meaning`` chooses among the candidates.
WORDS_LIKE = Function(
    name="course_words_like",
    signature="asked text[]",
    returns="TABLE (asked_word text, known_word text)",
    options="LANGUAGE sql STABLE ROWS 50 SET pg_trgm.similarity_threshold = 0.3",
    body="""
        SELECT one.word, near.word
        FROM unnest(asked) AS one (word) CROSS JOIN LATERAL (
            SELECT known.word FROM course_words AS known
            WHERE known.word % one.word
                OR known.word LIKE one.word || '%'
                OR (known.word LIKE left(one.word, 1) || '%'
                    AND length(known.word) BETWEEN length(one.word) - 2 AND length(one.word) + 2
                    AND levenshtein_less_equal(known.word, one.word, 2) <= 2)
            ORDER BY NOT known.word LIKE one.word || '%',
                levenshtein_less_equal(known.word, one.word, 3), known.word
            LIMIT 50
        ) AS near
    """,
)
FUNCTIONS = (SPELLED, VARIANTS, VECTOR, WORDS, QUERY, WORDS_LIKE)
