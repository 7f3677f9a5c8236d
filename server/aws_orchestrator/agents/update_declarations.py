"""Edits of a module's interface: outputs, variables, validations, version constraints."""

import re

from aws_orchestrator.agents.update_draft import Draft, Module
from aws_orchestrator.agents.update_request import AddOutput, AddValidation, AddVariable, RaiseConstraint
from aws_orchestrator.blueprint.expressions import called_function
from aws_orchestrator.blueprint.render import quote, render_block
from aws_orchestrator.catalog import nearest
from aws_orchestrator.errors import UsageError
from aws_orchestrator.findings import Edit
from aws_orchestrator.hcl.edit_blocks import inside_at_end
from aws_orchestrator.hcl.expressions import object_items, text
from aws_orchestrator.hcl.find import AttributeView, BlockView, FileView
from aws_orchestrator.hcl.references import index_guarded, string_literal, traversals
from aws_orchestrator.hcl.syntax import first_error

_NUMBERS = re.compile(r"\d+")
_WORDS = re.compile(r"\s*(?:,\s*(?:and|or)\s+|,|\bor\b|\band\b)\s*")


def add_output(module: Module, wish: AddOutput) -> Draft:
    """The output, guarded when its resource may not exist; its value is found by its name when none was given."""
    draft = Draft(module, f"add the output {wish.name}")
    if wish.name in module.view.outputs():
        raise UsageError(
            f"{module.path} has an output {wish.name} already; choose another name, or edit that one."
        )
    value = wish.value or _value_by_name(module, wish.meant or wish.name)
    if first_error(f"_ = {value}\n".encode()) is not None:
        raise UsageError(f"`{value}` is no expression of Terraform; give one, as in aws_s3_bucket.this.arn.")
    description = wish.description or _output_description(value)
    body = [f"description = {quote(description)}", f"value = {_guarded(module, value)}"]
    if _is_sensitive(module, value):
        body.append("sensitive = true")
    draft.add_block("output", render_block(f'output "{wish.name}"', body), f"output {wish.name} added")
    return draft


def _value_by_name(module: Module, name: str) -> str:
    """The attribute that a name like `bucket_arn` means: of the first resource whose type or name fits best."""
    best: tuple[int, str] | None = None
    for block in module.view.resources():
        schema = module.catalog.resource(block.labels[0]) if module.catalog else None
        attributes = schema.block.attributes if schema else {}
        for attribute in sorted(attributes, key=len, reverse=True):
            if name != attribute and not name.endswith(f"_{attribute}"):
                continue
            prefix = name[: -len(attribute)].rstrip("_")
            type_tail = block.labels[0].partition("_")[2]
            score = len(attribute) * 2
            if prefix in (block.labels[1], type_tail, f"{type_tail}_{block.labels[1]}"):
                score += 100
            elif prefix and type_tail.endswith(prefix):
                score += 90 - type_tail.count("_")
            elif prefix and set(prefix.split("_")) <= {*type_tail.split("_"), *block.labels[1].split("_")}:
                score += 60 - type_tail.count("_")  # the dead letter queue: one of its label and its type
            elif prefix:
                continue
            if best is None or score > best[0]:
                best = (score, f"{module.view.address(block)}.{attribute}")
    if best is None:
        raise UsageError(
            f"What the output {name} should hold cannot be told from its name; say it, as in "
            f"“add an output {name} = aws_s3_bucket.this.arn”."
        )
    return best[1]


def _guarded(module: Module, value: str) -> str:
    """The expression, safe where its resources are repeated."""
    repeated = {
        module.view.address(block): block for block in (*module.view.resources(), *module.view.data())
    }
    for reference in traversals(value):
        address = reference.address
        if reference.parts[0] in ("var", "local", "module", "path", "terraform", "each", "count", "self"):
            continue
        if address not in repeated:
            close = nearest(address, tuple(repeated))
            hint = f"; did you mean {close[0]}?" if close else "."
            raise UsageError(f"{module.path} has no {address}{hint}")
        if "for_each" in repeated[address].attributes and not reference.address_indexed:
            if (
                len(traversals(value)) == 1
                and value == value.strip()
                and reference.end == len(value.encode())
            ):
                attribute = value.encode()[reference.part_ends[reference.address_length - 1] :].decode()
                return f"{{ for key, item in {address} : key => item{attribute} }}"
            raise UsageError(f"{address} is a map (for_each); say which instances the output should hold.")
    counted = {address for address, block in repeated.items() if "count" in block.attributes}
    indexed = index_guarded(value, counted)
    if indexed == value or called_function(value) in ("try", "one"):
        return indexed if called_function(value) == "try" else value
    return f"try({indexed}, null)"


def _output_description(value: str) -> str:
    references = traversals(value)
    if not references:
        return f"The value {value}."
    first = references[0]
    attribute = " ".join(first.parts[first.address_length :]).replace("_", " ")
    attribute = re.sub(r"\b(arn|id|url|dns|ip|kms)\b", lambda match: match[0].upper(), attribute)
    return (
        f"{attribute[:1].upper()}{attribute[1:]} of {first.address}."
        if attribute
        else f"All of {first.address}."
    )


def _is_sensitive(module: Module, value: str) -> bool:
    for reference in traversals(value):
        schema = module.catalog.resource(reference.parts[0]) if module.catalog else None
        rest = reference.parts[2:]
        if (
            schema
            and rest
            and rest[0] in schema.block.attributes
            and schema.block.attributes[rest[0]].sensitive
        ):
            return True
        if reference.parts[0] == "var" and len(reference.parts) > 1:
            block = module.view.variables().get(reference.parts[1])
            if block is not None and (flag := block.attributes.get("sensitive")) and flag.value == "true":
                return True
    return False


def add_variable(module: Module, wish: AddVariable) -> Draft:
    """The input, typed and described."""
    draft = Draft(module, f"add the variable {wish.name}")
    if wish.name in module.view.variables():
        raise UsageError(
            f"{module.path} has a variable {wish.name} already; choose another name, or edit that one."
        )
    description = wish.description or _variable_description(wish)
    body = [f"description = {quote(description)}", f"type = {wish.type}"]
    if wish.default is not None:
        body.append(f"default = {_literal(wish.default, wish.type)}")
    draft.add_block("variable", render_block(f'variable "{wish.name}"', body), f"variable {wish.name} added")
    return draft


def _variable_description(wish: AddVariable) -> str:
    """What is known of an input that nobody described: its form, and what leaving it out does."""
    name = wish.name.replace("_", " ").capitalize()
    absent = "it must be given" if wish.default is None else f"{wish.default} when it is left out"
    return f"{name}, of type {wish.type}; {absent}."


def _literal(written: str, type_: str) -> str:
    value = (
        quote(written) if type_ == "string" and written != "null" and not written.startswith('"') else written
    )
    if first_error(f"_ = {value}\n".encode()) is not None or traversals(value):
        raise UsageError(
            f"`{written}` is no plain value of type {type_}; a variable's default refers to nothing."
        )
    return value


def add_validation(module: Module, wish: AddValidation) -> Draft:
    """The validation, with the sentence that a caller reads when it does not hold."""
    block = _variable(module, wish.variable)
    draft = Draft(module, f"validate the variable {wish.variable}")
    condition, message = _condition(wish, block)
    default = block.attributes.get("default")
    nullable = block.attributes.get("nullable")
    if default is not None and default.value == "null" and (nullable is None or nullable.value != "false"):
        # Not `||`: Terraform before 1.12 looks at both sides.
        condition = f"var.{wish.variable} == null ? true : {condition}"
    written = render_block("validation", [f"condition = {condition}", f"error_message = {quote(message)}"])
    if first_error((written + "\n").encode()) is not None:
        raise UsageError(f"`{wish.words}` makes no condition of Terraform; write “condition <expression>”.")
    file = module.view.files[block.file]
    draft.edit(inside_at_end(file, block, written), f"validation of variable {wish.variable} added")
    return draft


def _condition(wish: AddValidation, block: BlockView) -> tuple[str, str]:
    name, words = f"var.{wish.variable}", wish.words
    number = (type_ := block.attributes.get("type")) is not None and type_.value == "number"
    if wish.kind == "one_of":
        items = [item.strip(" \"'`“”[]()") for item in _WORDS.split(words.strip("[]"))]
        items = [item for item in items if item]
        listed = ", ".join(item if number else quote(item) for item in items)
        return f"contains([{listed}], {name})", f"{wish.variable} must be one of: {', '.join(items)}."
    if wish.kind == "between":
        low, high = re.split(r"\s+and\s+", words, flags=re.I)
        return f"{name} >= {low} && {name} <= {high}", f"{wish.variable} must be between {low} and {high}."
    if wish.kind in ("at_least", "at_most"):
        sign = ">=" if wish.kind == "at_least" else "<="
        how = wish.kind.replace("_", " ")
        return f"{name} {sign} {words}", f"{wish.variable} must be {how} {words}."
    if wish.kind == "matches":
        pattern = words.strip("`\"'“”")
        if len(pattern) > 1 and pattern.startswith("/") and pattern.endswith("/"):
            pattern = pattern[1:-1]
        return f"can(regex({quote(pattern)}, {name}))", f"{wish.variable} must match {pattern}."
    if wish.kind == "not_empty":
        return f"length({name}) > 0", f"{wish.variable} must not be empty."
    condition = words.strip("`“”")
    if f"var.{wish.variable}" not in condition:
        raise UsageError(f"The condition `{condition}` must speak of var.{wish.variable}.")
    return condition, f"{wish.variable} must fulfil: {condition.replace(chr(34), chr(39))}."


def _variable(module: Module, name: str) -> BlockView:
    known = module.view.variables()
    if name not in known:
        close = nearest(name, tuple(known))
        hint = f"; did you mean {close[0]}?" if close else f"; it has {', '.join(known) or 'none'}."
        raise UsageError(f"{module.path} has no variable {name}{hint}")
    return known[name]


def raise_constraint(module: Module, wish: RaiseConstraint) -> Draft:
    """A higher lower bound of Terraform or a provider; the present one is never lowered."""
    version = ".".join([*wish.version.split("."), "0", "0"][:3])
    subject = wish.subject.removesuffix("provider").strip()
    draft = Draft(module, f"require {subject} >= {version}")
    for block in module.view.blocks("terraform"):
        if subject == "terraform" and (written := block.attributes.get("required_version")) is not None:
            return _raised(
                draft, written.file, written.value_start, written.value_end, written.value, subject, version
            )
        for required in block.nested("required_providers"):
            if (entry := required.attributes.get(subject)) is not None:
                return _raise_entry(draft, module.view.files[entry.file], entry, subject, version)
    return _declare(draft, subject, version)


def _declare(draft: Draft, subject: str, version: str) -> Draft:
    """Say for the first time what the module needs."""
    module, source = draft.module, f"hashicorp/{subject}"
    entry = f'{subject} = {{\nsource = "{source}"\nversion = ">= {version}"\n}}'
    line = f'required_version = ">= {version}"'
    for block in module.view.blocks("terraform"):
        file = module.view.files[block.file]
        providers = next(iter(block.nested("required_providers")), None)
        if subject == "terraform":
            draft.edit(inside_at_end(file, block, line), "required_version added")
        elif providers is not None:
            draft.edit(inside_at_end(file, providers, entry), f"constraint of {subject} added")
        else:
            text = render_block("required_providers", [entry])
            draft.edit(inside_at_end(file, block, text), f"constraint of {subject} added")
        return draft
    body = line if subject == "terraform" else render_block("required_providers", [entry])
    draft.add_block("terraform", render_block("terraform", [body]), f"constraint of {subject} added")
    return draft


def _raise_entry(draft: Draft, file: FileView, entry: AttributeView, subject: str, version: str) -> Draft:
    items = object_items(entry.expression, file.content)
    if items is None:
        return _raised(draft, entry.file, entry.value_start, entry.value_end, entry.value, subject, version)
    for item in items:
        if item.key == "version":
            written = text(item.value, file.content)
            return _raised(
                draft, entry.file, item.value.start_byte, item.value.end_byte, written, subject, version
            )
    first = items[0].key_node.start_byte if items else entry.value_end - 1
    edit = Edit(file=entry.file, start=first, end=first, text=f'version = ">= {version}"\n')
    draft.edit(edit, f"constraint of {subject} added")
    return draft


def _raised(draft: Draft, file: str, start: int, end: int, written: str, subject: str, version: str) -> Draft:
    present = string_literal(written) or ""
    bounds = re.findall(r"(?:>=|~>|=|>)?\s*v?(\d+(?:\.\d+)*)", present)
    lowest = max((_numbers(bound) for bound in bounds[:1]), default=(0,))
    if lowest > _numbers(version):
        raise UsageError(
            f"{draft.module.path} requires {subject} {present} already, which is more than {version}; it is not lowered."
        )
    if present == f">= {version}":
        return draft
    edit = Edit(file=file, start=start, end=end, text=f'">= {version}"')
    draft.edit(edit, f'{subject} "{present}" → ">= {version}"')
    return draft


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in [*_NUMBERS.findall(version), "0", "0"][:3])
